import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UcloudKeys } from '../../clients/ucloud/ucloud-api.js';
import type { Context } from '../../context.js';
import { reasonOf } from '@nomadctl/base/reason';
import { Secret } from '@nomadctl/base/secret/secret';
import { edit } from '@nomadctl/base/hint/hint';

export interface CliProfile {
  readonly profile: string;
  readonly keys: UcloudKeys;
  /** Path of the file. */
  readonly where: string;
}

type ProfileContext = Pick<Context, 'env' | 'redact'> & { readonly ui: Pick<Context['ui'], 'warn'> };

/** The profile that `UCLOUD_PROFILE` names; without it the only profile, or `default` where there are several. */
export function preferredProfile(profiles: readonly CliProfile[], env: Context['env']): CliProfile | undefined {
  const wanted = env['UCLOUD_PROFILE'] ?? (profiles.length === 1 ? profiles[0]?.profile : 'default');
  return profiles.find(({ profile }) => profile === wanted);
}

/**
 * Reads the keys that UCloud's own program keeps, by profile; none when it was never set up. Warns of a file that cannot be
 * read or has an unknown format. A missing file is fine, unless the environment names it.
 * https://github.com/ucloud/ucloud-cli: an array of `{profile, public_key, private_key}`
 */
export async function cliProfiles({ env, redact, ui }: ProfileContext): Promise<readonly CliProfile[]> {
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
    const origin = { where: `profile ${profile} of ${path}`, next: edit(path) };
    const keys = { publicKey: new Secret(publicKey, redact), privateKey: new Secret(privateKey, redact), origin };
    return [{ profile, keys, where: path }];
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
