import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UcloudKeys } from '../../clients/ucloud/ucloud-api.js';
import { readSecrets } from '../../config/secrets.js';
import type { Context } from '../../context.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { reasonOf } from '@nomadctl/base/reason';
import { shellWord } from '@nomadctl/base/shell-word';
import { keysFromEnvironment } from './environment-keys.js';
import { environmentOrigin, keptOrigin } from './open-cloud.js';

/** A pair of keys, and where it is from. */
export interface FoundKeys {
  readonly keys: UcloudKeys;
  /** For people: names of variables, a path. */
  readonly where: string;
  /** Commands find them there by themselves, so they need not be kept a second time. */
  readonly findable?: boolean;
}

/** Those of the environment, which are stronger than any other. */
export async function surroundingKeys({ env, redact }: Pick<Context, 'env' | 'redact'>, cluster: string): Promise<FoundKeys | undefined> {
  const { keys, where = '' } = keysFromEnvironment(env);
  if (keys) redact.add(keys.privateKey);
  return keys && { keys: { ...keys, origin: environmentOrigin(where, cluster) }, where, findable: true };
}

/** Those that an earlier `init` kept. */
export async function keptKeys(
  cluster: { readonly name: string; readonly paths: ClusterPaths },
  ctx: Pick<Context, 'redact'>,
): Promise<FoundKeys | undefined> {
  const { ucloudPublicKey: publicKey, ucloudPrivateKey: privateKey } = await readSecrets(cluster.paths, ctx);
  if (!publicKey || !privateKey) return undefined;
  return { keys: { publicKey, privateKey, origin: keptOrigin(cluster) }, where: 'the cluster', findable: true };
}

export interface CliProfile extends FoundKeys {
  readonly profile: string;
}

/**
 * Keys that UCloud's own program keeps, by profile; none when it was never set up. A file that was named and is not there,
 * or that is not what we know, is told of.
 * https://github.com/ucloud/ucloud-cli: an array of `{profile, public_key, private_key}`
 */
export async function cliProfiles({ env, redact, ui }: Pick<Context, 'env' | 'redact' | 'ui'>): Promise<readonly CliProfile[]> {
  const home = env['HOME'] ?? env['USERPROFILE'];
  const named = env['UCLOUD_SHARED_CREDENTIAL_FILE'];
  const path = named || (home && join(home, '.ucloud', 'credential.json'));
  if (!path) return [];
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT' && !named;
    if (!isMissing) ui.warn(`${path} cannot be read, so its keys are not used: ${reasonOf(error)}`);
    return '[]';
  });
  const entries = parse(text);
  if (entries === undefined) ui.warn(`${path} is not what UCloud's program writes, so its keys are not used`);
  return (entries ?? []).flatMap((entry) => {
    const { profile = 'default', public_key: publicKey, private_key: privateKey } = entry;
    if (typeof profile !== 'string' || typeof publicKey !== 'string' || typeof privateKey !== 'string') return [];
    if (profile === '' || publicKey === '' || privateKey === '') return [];
    redact.add(privateKey);
    const origin = { where: `profile ${profile} of ${path}`, next: `"\${EDITOR:-vi}" ${shellWord(path)}` };
    return [{ profile, keys: { publicKey, privateKey, origin }, where: path }];
  });
}

function parse(text: string): readonly Record<string, unknown>[] | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value)
      ? (value as unknown[]).filter((entry): entry is Record<string, unknown> => typeof entry === 'object' && entry !== null)
      : undefined;
  } catch {
    return undefined;
  }
}
