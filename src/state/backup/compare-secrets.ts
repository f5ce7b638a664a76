import { readSecrets, secretNames } from '../../config/secrets.js';
import { ConfigError } from '@nomadctl/base/errors';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Redactor } from '@nomadctl/base/redact';
import type { Secret } from '@nomadctl/base/secret/secret';

type Secrets = Readonly<Record<string, Secret>>;

/** What putting secrets back would change, by their names. */
export interface SecretsChange {
  /** Those that are not there. */
  readonly adds: Readonly<Record<string, Secret>>;
  /** Those that are there and others by now: the newer ones stay, unless somebody says otherwise. */
  readonly differs: Readonly<Record<string, Secret>>;
  /** What is there cannot be read: nothing of it is kept. */
  readonly unreadable: boolean;
}

/** @param theirs those of a backup */
export async function compareSecrets(paths: Pick<ClusterPaths, 'secrets'>, theirs: Secrets, redact: Redactor): Promise<SecretsChange> {
  const ours = await allOf(paths, redact).catch((error: unknown) => {
    // One that others may read is whole, and a matter of its own.
    if (error instanceof ConfigError && error.code === 'secrets-invalid') return undefined;
    throw error;
  });
  const entries = Object.entries(theirs);
  const differs = ([name, secret]: [string, Secret]): boolean => ours?.[name] !== undefined && !ours[name].equals(secret);
  return {
    adds: Object.fromEntries(entries.filter(([name]) => ours?.[name] === undefined)),
    differs: Object.fromEntries(entries.filter(differs)),
    unreadable: ours === undefined,
  };
}

/** @throws what `readSecrets` throws */
export async function allOf(paths: Pick<ClusterPaths, 'secrets'>, redact: Redactor): Promise<Secrets> {
  return (await readSecrets(paths, await secretNames(paths, { redact }), { redact })) as Secrets;
}
