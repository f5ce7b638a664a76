import type { KeyPair } from '../../clients/ucloud/signature.js';
import type { UcloudKeys } from '../../clients/ucloud/ucloud-api.js';
import { readSecrets, writeSecrets } from '../../config/secrets.js';
import type { Context } from '../../context.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { Secret } from '@nomadctl/base/secret/secret';
import { preferredProfile, type CliProfile } from './cli-profiles.js';
import { UCLOUD_SECRETS } from './secret-names.js';

/**
 * Where keys come from, strongest first: the one place that says so. The last two are looked at by `init` alone, which keeps
 * what it takes from there in the secrets file; there every other command finds it.
 */
export const KEY_PRECEDENCE = ['environment', 'secrets file', 'profile', 'answer'] as const;

export type KeySource = (typeof KEY_PRECEDENCE)[number];

/** A pair of keys, and where it is from. */
export interface FoundKeys {
  readonly keys: UcloudKeys;
  readonly source: KeySource;
  /** For people: names of variables, a path. */
  readonly where: string;
}

export interface KeySearch {
  readonly cluster: string;
  /** Absent where no cluster is meant: then there is no secrets file to look into. */
  readonly paths?: Pick<ClusterPaths, 'secrets'> | undefined;
  /** Present: the profiles of UCloud's own program count, too. Called when nothing stronger was enough. */
  readonly profiles?: (() => Promise<readonly CliProfile[]>) | undefined;
}

/** Names of the two variables: those of UCloud's terraform provider, then those of older scripts. */
export const KEY_VARIABLES = [
  ['UCLOUD_PUBLIC_KEY', 'UCLOUD_PRIVATE_KEY'],
  ['UCLOUD_PUBKEY', 'UCLOUD_SECRET'],
] as const;

type KeyContext = Pick<Context, 'env' | 'redact'>;

/**
 * All keys that can be found for a cluster, in the order of `KEY_PRECEDENCE`. A source is looked at only when those before it
 * were not enough.
 * @throws ConfigError when the secrets file cannot be read.
 */
export async function* findKeys(search: KeySearch, ctx: KeyContext): AsyncGenerator<FoundKeys, undefined> {
  const sources = [fromEnvironment, fromSecretsFile, fromProfile];
  for (const source of sources) {
    const found = await source(search, ctx);
    if (found) yield found;
  }
}

/**
 * The keys that commands use: the strongest that are there.
 * @throws PrerequisiteError `ucloud-keys-missing`; ConfigError when the secrets file cannot be read.
 */
export async function keysOf(
  cluster: { readonly name: string; readonly paths: Pick<ClusterPaths, 'secrets'> },
  ctx: KeyContext,
): Promise<UcloudKeys> {
  const { value: found } = await findKeys({ cluster: cluster.name, paths: cluster.paths }, ctx).next();
  if (found) return found.keys;
  throw new PrerequisiteError(`the keys to UCloud are missing for cluster ${cluster.name}`, {
    code: 'ucloud-keys-missing',
    why: 'neither UCLOUD_PUBLIC_KEY and UCLOUD_PRIVATE_KEY are set, nor are any kept with the cluster',
    next: nomadctl`init ${cluster.name}`,
  });
}

/** Puts keys into the secrets file of a cluster, unless commands find them by themselves. */
export async function keepKeys(
  { keys, source }: Pick<FoundKeys, 'source'> & { readonly keys: KeyPair },
  paths: Pick<ClusterPaths, 'secrets'>,
  ctx: Pick<Context, 'redact'>,
): Promise<void> {
  if (source === 'environment' || source === 'secrets file') return;
  await writeSecrets(paths, { [UCLOUD_SECRETS.publicKey]: keys.publicKey, [UCLOUD_SECRETS.privateKey]: keys.privateKey }, ctx);
}

/** The unset variable of a half-set pair. Undefined when some pair is complete. */
export function missingVariable(env: Context['env']): string | undefined {
  if (wholePair(env)) return undefined;
  return KEY_VARIABLES.filter((names) => names.some((name) => env[name]?.trim())).map((names) =>
    names.find((name) => !env[name]?.trim()),
  )[0];
}

function wholePair(env: Context['env']): (typeof KEY_VARIABLES)[number] | undefined {
  return KEY_VARIABLES.find((names) => names.every((name) => env[name]?.trim()));
}

async function fromEnvironment({ cluster }: KeySearch, { env, redact }: KeyContext): Promise<FoundKeys | undefined> {
  const names = wholePair(env);
  if (names === undefined) return undefined;
  const [publicKey, privateKey] = names.map((name) => new Secret(env[name]?.trim() ?? '', redact)) as [Secret, Secret];
  const where = names.join(' and ');
  const origin = { where, next: hint`${shell`unset ${names}`} && ${nomadctl`init ${cluster}`}` };
  return { source: 'environment', where, keys: { publicKey, privateKey, origin } };
}

async function fromSecretsFile({ cluster, paths }: KeySearch, ctx: KeyContext): Promise<FoundKeys | undefined> {
  if (paths === undefined) return undefined;
  const names = [UCLOUD_SECRETS.publicKey, UCLOUD_SECRETS.privateKey] as const;
  const { ucloudPublicKey: publicKey, ucloudPrivateKey: privateKey } = await readSecrets(paths, names, ctx);
  if (publicKey === undefined || privateKey === undefined) return undefined;
  const origin = { where: paths.secrets, next: nomadctl`init ${cluster}` };
  return { source: 'secrets file', where: 'the cluster', keys: { publicKey, privateKey, origin } };
}

async function fromProfile({ profiles }: KeySearch, { env }: KeyContext): Promise<FoundKeys | undefined> {
  const profile = profiles && preferredProfile(await profiles(), env);
  return profile && { ...profile, source: 'profile' };
}
