import { rm } from 'node:fs/promises';
import { notWritable } from '../engine/journal.js';
import { ConfigError } from '@nomadctl/base/errors';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Redactor } from '@nomadctl/base/redact';

/** What a cluster must keep to itself. The file is 0600, and the only one of nomadctl's own that holds any of it. */
export interface Secrets {
  readonly ucloudPublicKey?: string;
  readonly ucloudPrivateKey?: string;
  /** Of root on every host, until its first boot has closed password login. */
  readonly rootPassword?: string;
}

interface SecretsContext {
  readonly redact: Redactor;
}

/**
 * The secrets of a cluster, none when nothing was kept. Whatever is read is hidden from output from then on.
 * @throws ConfigError when the file cannot be read.
 */
export async function readSecrets({ secrets: path }: Pick<ClusterPaths, 'secrets'>, { redact }: SecretsContext): Promise<Secrets> {
  const secrets = parse(path, await readIfThere(path, 'secrets-unreadable'));
  for (const secret of Object.values(secrets) as unknown[]) if (typeof secret === 'string') redact.add(secret);
  return secrets;
}

/** Adds to them, whole or not at all; the caller holds the cluster's lock or is the only writer. Returns all. */
export async function writeSecrets(paths: Pick<ClusterPaths, 'secrets'>, patch: Secrets, ctx: SecretsContext): Promise<Secrets> {
  for (const secret of Object.values(patch) as string[]) ctx.redact.add(secret);
  const before = await readSecrets(paths, ctx);
  const secrets = { ...before, ...patch };
  if (JSON.stringify(before) === JSON.stringify(secrets)) return before;
  try {
    await writeFileAtomic(paths.secrets, `${JSON.stringify(secrets, null, 2)}\n`, 0o600);
  } catch (cause) {
    throw notWritable(paths.secrets, cause);
  }
  return secrets;
}

/** Forgets all but some; the file goes when nothing is left in it. */
export async function keepSecrets(paths: Pick<ClusterPaths, 'secrets'>, names: readonly string[], ctx: SecretsContext): Promise<void> {
  const kept = names.length === 0 ? [] : Object.entries(await readSecrets(paths, ctx)).filter(([name]) => names.includes(name));
  if (kept.length === 0) return rm(paths.secrets, { recursive: true, force: true });
  await writeFileAtomic(paths.secrets, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`, 0o600);
}

function parse(path: string, text: string | undefined): Secrets {
  if (text === undefined) return {};
  try {
    const value = JSON.parse(text) as unknown;
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  } catch {
    // What the parser says would quote the file.
  }
  throw new ConfigError(`${path} is not what nomadctl wrote`, {
    code: 'secrets-invalid',
    why: 'it is not a JSON object',
    next: `mv ${path} ${path}.broken, then nomadctl init`,
  });
}
