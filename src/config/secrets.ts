import { statSync } from 'node:fs';
import { access, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { notWritable } from '../engine/journal.js';
import { removeTemporaries } from '@nomadctl/base/atomic-write';
import { ConfigError, LockedError } from '@nomadctl/base/errors';
import { again, hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import { takeLock, type HeldLock } from '@nomadctl/base/file-lock';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import { writeSecretFile } from '@nomadctl/base/secret/secret-file';

/*
 * What a cluster must keep to itself: names and values, in a 0600 file that is the only one of nomadctl's own with any of it.
 * Each subject says with which names it keeps something there (UCloud: `ucloud/account/secret-names.ts`); what others keep is
 * left as it is. Writers take turns by a lock of the file's own, so that none loses what another has just written.
 */

type SecretsPath = Pick<ClusterPaths, 'secrets'>;
type Secrets = Readonly<Record<string, Secret>>;

interface SecretsContext {
  readonly redact: Redactor;
}

/**
 * The secrets of a cluster that have these names, as far as there are any. All that is in the file is hidden from output from
 * then on.
 * @throws ConfigError `secrets-unreadable`, `secrets-exposed` or `secrets-invalid`.
 */
export async function readSecrets<const Name extends string>(
  paths: SecretsPath,
  names: readonly Name[],
  ctx: SecretsContext,
): Promise<{ readonly [name in Name]?: Secret }> {
  return only(await readAll(paths, ctx), names) as { readonly [name in Name]?: Secret };
}

/**
 * Adds to them, whole or not at all.
 * @throws what `readSecrets` throws; PrerequisiteError `disk-full` or `not-writable`; LockedError `secrets-locked`.
 */
export async function writeSecrets(paths: SecretsPath, patch: Secrets, ctx: SecretsContext): Promise<void> {
  await taking(paths, async () => {
    const before = await readAll(paths, ctx);
    const isKept = ([name, secret]: [string, Secret]): boolean => before[name]?.equals(secret) === true;
    if (!Object.entries(patch).every(isKept)) await write(paths, { ...before, ...patch });
  });
}

/**
 * The secret of a name, made and kept when there is none: whoever asks at the same time gets the same one.
 * @throws what `writeSecrets` throws.
 */
export async function ensureSecret(
  paths: SecretsPath,
  { name, make }: { readonly name: string; readonly make: () => Secret },
  ctx: SecretsContext,
): Promise<Secret> {
  return (await ensureSecrets(paths, { [name]: make }, ctx))[name] as Secret;
}

/**
 * The same for several, of which those that are missing are kept in one write: a run that is killed has made all of them or none.
 * @throws what `writeSecrets` throws.
 */
export async function ensureSecrets<Name extends string>(
  paths: SecretsPath,
  makers: Readonly<Record<Name, () => Secret>>,
  ctx: SecretsContext,
): Promise<Record<Name, Secret>> {
  const names = Object.keys(makers) as Name[];
  const there = await readAll(paths, ctx);
  if (names.every((name) => there[name] !== undefined)) return only(there, names) as Record<Name, Secret>;
  return taking(paths, async () => {
    const before = await readAll(paths, ctx);
    const missing = names.filter((name) => before[name] === undefined);
    const made = Object.fromEntries(missing.map((name) => [name, makers[name]()]));
    if (missing.length > 0) await write(paths, { ...before, ...made });
    return only({ ...before, ...made }, names) as Record<Name, Secret>;
  });
}

/** The names of all that is kept. @throws what `readSecrets` throws */
export async function secretNames(paths: SecretsPath, ctx: SecretsContext): Promise<string[]> {
  return Object.keys(await readAll(paths, ctx));
}

/**
 * Gives secrets other names in one write, each in place of what had the name: `{ next: 'now', now: 'before' }`. All are looked up
 * before any is moved; a name without a secret moves nothing.
 * @throws what `writeSecrets` throws
 */
export async function renameSecrets(paths: SecretsPath, moves: Readonly<Record<string, string>>, ctx: SecretsContext): Promise<void> {
  await taking(paths, async () => {
    const before = await readAll(paths, ctx);
    const moving = Object.entries(moves).filter(([from]) => before[from] !== undefined);
    if (moving.length === 0) return;
    const staying = Object.entries(before).filter(([name]) => !moving.some(([from]) => from === name));
    await write(paths, Object.fromEntries([...staying, ...moving.map(([from, to]) => [to, before[from] as Secret])]));
  });
}

/** Forgets some. @throws what `writeSecrets` throws */
export async function forgetSecrets(paths: SecretsPath, names: readonly string[], ctx: SecretsContext): Promise<void> {
  await taking(paths, async () => {
    const before = await readAll(paths, ctx);
    const kept = Object.keys(before).filter((name) => !names.includes(name));
    if (kept.length < Object.keys(before).length) await write(paths, only(before, kept));
  });
}

/** Forgets all but some; the file goes when nothing is left in it. */
export async function keepSecrets(paths: SecretsPath, names: readonly string[], ctx: SecretsContext): Promise<void> {
  if (await isMissing(paths.secrets)) return;
  await taking(paths, async () => {
    const kept = names.length === 0 ? {} : only(await readAll(paths, ctx), names);
    if (Object.keys(kept).length === 0) await rm(paths.secrets, { recursive: true, force: true });
    else await write(paths, kept);
  });
}

function only(secrets: Secrets, names: readonly string[]): Secrets {
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => names.includes(name)));
}

async function readAll({ secrets: path }: SecretsPath, { redact }: SecretsContext): Promise<Secrets> {
  const text = await readIfThere(path, 'secrets-unreadable');
  if (text === undefined) return {};
  const mode = statSync(path).mode & 0o777;
  if ((mode & OF_OTHERS) !== 0) throw exposedFile(path, mode);
  return secretsIn(text, path, { redact });
}

/**
 * The secrets in the text of such a file, which lies elsewhere: all of them.
 * @param path for messages
 * @throws ConfigError `secrets-invalid`
 */
export function secretsIn(text: string, path: string, { redact }: SecretsContext): Secrets {
  const values = Object.entries(valuesIn(path, text)).filter(([, value]) => value !== '');
  return Object.fromEntries(values.map(([name, value]) => [name, new Secret(value, redact)]));
}

/** No message quotes the file: what a parser says of it would. */
function valuesIn(path: string, text: string): Readonly<Record<string, string>> {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw malformedFile(path, 'it is not whole JSON');
  }
  if (found === null || typeof found !== 'object' || Array.isArray(found)) throw malformedFile(path, 'it is not a JSON object');
  const wrong = Object.entries(found).find(([, value]) => typeof value !== 'string');
  if (wrong !== undefined) throw malformedFile(path, `${wrong[0].slice(0, LONGEST_NAME)} is not text`);
  return found as Record<string, string>;
}

const LONGEST_NAME = 40;
/** Whatever the group and others may do. */
const OF_OTHERS = 0o077;

function malformedFile(path: string, why: string): ConfigError {
  return new ConfigError(`${path} is not what nomadctl wrote`, {
    code: 'secrets-invalid',
    why,
    next: hint`put it back from where it was kept, or do without it: ${shell`mv ${path} ${path}.broken`} && ${nomadctl`up`}`,
  });
}

/** As ssh does with a key: whoever has read it has the cluster, and somebody has to know. */
function exposedFile(path: string, mode: number): ConfigError {
  return new ConfigError(`${path} can be read by others: its mode is 0${mode.toString(8)}`, {
    code: 'secrets-exposed',
    why: 'whoever has read it may do everything with the cluster; nomadctl writes it for its owner alone',
    next: hint`${shell`chmod 600 ${path}`} && ${again()}`,
  });
}

async function write({ secrets: path }: SecretsPath, secrets: Secrets): Promise<void> {
  try {
    await writeSecretFile(path, secrets);
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

async function isMissing(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
}

/** A writer is done within milliseconds, unless the disk is a slow one. */
const LONGEST_WAIT_MS = 10_000;
const PAUSE_MS = 10;

/** Does something while nobody else writes. A writer that was killed holds nothing up: its lock is taken over. */
async function taking<T>({ secrets: path }: SecretsPath, work: () => Promise<T>): Promise<T> {
  const lock = await lockOf(path);
  try {
    // What a killed writer had begun holds secrets, too.
    await removeTemporaries(dirname(path), basename(path));
    return await work();
  } finally {
    await lock.release();
  }
}

async function lockOf(path: string): Promise<HeldLock> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    const attempt = await takeLock(`${path}.lock`, {}).catch((cause: unknown) => {
      throw notWritable(path, cause);
    });
    if (attempt && 'lock' in attempt) return attempt.lock;
    if (Date.now() > deadline) {
      const holder = attempt && `process ${attempt.holder.pid} on ${attempt.holder.host} holds ${path}.lock`;
      throw new LockedError(`${path} is being written by somebody else`, {
        code: 'secrets-locked',
        why: holder ?? `${path}.lock keeps changing hands`,
        next: again(),
      });
    }
    await sleep(PAUSE_MS);
  }
}
