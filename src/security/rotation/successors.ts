import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Redactor } from '@nomadctl/base/redact';
import type { Secret } from '@nomadctl/base/secret/secret';
import { ensureSecrets, forgetSecrets, readSecrets, renameSecrets, secretNames, writeSecrets } from '../../config/secrets.js';
import { NEXT, PREVIOUS } from '../cluster-secrets.js';

/*
 * What a secret is replaced by is kept beside it before anybody is told, and what it was until nobody needs it any more. Each
 * change is one write, so that a run that is killed goes on with the same. What has the plain name is what an `up` writes into
 * configurations meanwhile.
 */

export interface Where {
  readonly paths: Pick<ClusterPaths, 'secrets'>;
  readonly redact: Redactor;
}

/** Chooses successors, as far as there are none yet. @throws what `writeSecrets` throws */
export async function chooseSuccessors({ paths, redact }: Where, makers: Readonly<Record<string, () => Secret>>): Promise<void> {
  await ensureSecrets(paths, Object.fromEntries(Object.entries(makers).map(([name, make]) => [`${NEXT}${name}`, make])), { redact });
}

/** Keeps a successor that somebody else has chosen. */
export async function keepSuccessor({ paths, redact }: Where, name: string, secret: Secret): Promise<void> {
  await writeSecrets(paths, { [`${NEXT}${name}`]: secret }, { redact });
}

/** The successors that wait, by the name of what they replace. */
export async function successors(where: Where): Promise<ReadonlyMap<string, Secret>> {
  return withPrefix(where, NEXT);
}

/** What was replaced and is still there, by name. */
export async function predecessors(where: Where): Promise<ReadonlyMap<string, Secret>> {
  return withPrefix(where, PREVIOUS);
}

/** Puts all successors in the place of what they replace, which is kept as what was before. */
export async function succeed(where: Where): Promise<void> {
  const names = [...(await successors(where)).keys()];
  const moves = names.flatMap((name) => [
    [`${NEXT}${name}`, name],
    [name, `${PREVIOUS}${name}`],
  ]);
  await renameSecrets(where.paths, Object.fromEntries(moves) as Record<string, string>, where);
}

/** Forgets what was before. */
export async function forgetPredecessors(where: Where): Promise<void> {
  const names = [...(await predecessors(where)).keys()].map((name) => `${PREVIOUS}${name}`);
  if (names.length > 0) await forgetSecrets(where.paths, names, where);
}

/**
 * How far a replacement has come: `chosen` is kept and told to nobody but whom it must be told first, `taken` is in force and what
 * was before is still there.
 */
export async function standingOfSuccessors(where: Where): Promise<'none' | 'chosen' | 'taken'> {
  const names = await secretNames(where.paths, where);
  if (names.some((name) => name.startsWith(NEXT))) return 'chosen';
  return names.some((name) => name.startsWith(PREVIOUS)) ? 'taken' : 'none';
}

async function withPrefix({ paths, redact }: Where, prefix: string): Promise<ReadonlyMap<string, Secret>> {
  const names = (await secretNames(paths, { redact })).filter((name) => name.startsWith(prefix));
  const found: Readonly<Record<string, Secret | undefined>> = await readSecrets(paths, names, { redact });
  return new Map(Object.entries(found).flatMap(([name, secret]) => (secret ? [[name.slice(prefix.length), secret] as const] : [])));
}
