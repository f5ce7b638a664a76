import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UcloudKeys } from '../../clients/ucloud/ucloud-api.js';
import { readSecrets } from '../../config/secrets.js';
import type { Context } from '../../context.js';
import type { ClusterPaths } from '../../lib/paths.js';
import { keysFromEnvironment } from '../../ucloud/environment-keys.js';

/** A pair of keys, and where it is from. */
export interface FoundKeys {
  readonly keys: UcloudKeys;
  /** For people: names of variables, a path. */
  readonly where: string;
  /** Commands find them there by themselves, so they need not be kept a second time. */
  readonly findable?: boolean;
}

/** Those of the environment, which are stronger than any other. */
export async function surroundingKeys({ env, redact }: Pick<Context, 'env' | 'redact'>): Promise<FoundKeys | undefined> {
  const { keys, where = '' } = keysFromEnvironment(env);
  if (keys) redact.add(keys.privateKey);
  return keys && { keys, where, findable: true };
}

/** Those that an earlier `init` kept. */
export async function keptKeys(paths: ClusterPaths, ctx: Pick<Context, 'redact'>): Promise<FoundKeys | undefined> {
  const { ucloudPublicKey: publicKey, ucloudPrivateKey: privateKey } = await readSecrets(paths, ctx);
  return publicKey && privateKey ? { keys: { publicKey, privateKey }, where: 'the cluster', findable: true } : undefined;
}

export interface CliProfile extends FoundKeys {
  readonly profile: string;
}

/**
 * Keys that UCloud's own program keeps, by profile; none when it was never set up, or its file is not what we know.
 * https://github.com/ucloud/ucloud-cli: an array of `{profile, public_key, private_key}`
 */
export async function cliProfiles({ env, redact }: Pick<Context, 'env' | 'redact'>): Promise<readonly CliProfile[]> {
  const home = env['HOME'] ?? env['USERPROFILE'];
  const path = env['UCLOUD_SHARED_CREDENTIAL_FILE'] || (home && join(home, '.ucloud', 'credential.json'));
  if (!path) return [];
  const entries = parse(await readFile(path, 'utf8').catch(() => '[]'));
  return entries.flatMap((entry) => {
    const { profile = 'default', public_key: publicKey, private_key: privateKey } = entry;
    if (typeof profile !== 'string' || typeof publicKey !== 'string' || typeof privateKey !== 'string') return [];
    if (profile === '' || publicKey === '' || privateKey === '') return [];
    redact.add(privateKey);
    return [{ profile, keys: { publicKey, privateKey }, where: path }];
  });
}

function parse(text: string): readonly Record<string, unknown>[] {
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value)
      ? (value as unknown[]).filter((entry): entry is Record<string, unknown> => typeof entry === 'object' && entry !== null)
      : [];
  } catch {
    return [];
  }
}
