import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { Context } from '../context.js';
import { readableState, type RawState } from './inventory.js';
import type { Root } from './root.js';
import { stateText } from './state-text.js';

/** A state of a root as it was after a change of nomadctl's, or before one. */
export interface KeptState {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly file: string;
  readonly text: string;
  readonly state: RawState;
}

/** Terraform keeps one state back; a run that is killed twice needs more. */
const KEPT_STATES = 10;
const STATE = /^(\d{15})\.tfstate$/;
const GONE = /^(\d{15})\.gone$/;

interface Scope {
  readonly root: Root;
  readonly ctx: Pick<Context, 'clock'>;
}

/** Keeps a copy of a root's state, where it differs from the newest copy. What is no state is not kept: it would push out one that is. */
export async function keepState({ root, ctx }: Scope): Promise<void> {
  // A backend that does not answer is told by whoever needs it.
  const text = await stateText(root).catch(() => undefined);
  if (text === undefined || !readableState(text)) return;
  const names = await namesIn(root);
  const newest = names.at(-1);
  if (newest !== undefined && (await readIfThere(join(root.backups, newest)).catch(() => undefined)) === text) return;
  await writeFileAtomic(join(root.backups, `${stampAfter(newest, ctx)}.tfstate`), text);
  const old = names.filter((name) => STATE.test(name)).slice(0, 1 - KEPT_STATES);
  await mapBounded(old, FILES_AT_ONCE, (file) => rm(join(root.backups, file), { force: true }));
}

/**
 * To be called before a state goes because its things have gone: copies from before tell of nothing that is there. A run that is
 * killed then has told already.
 */
export async function markGone({ root, ctx }: Scope): Promise<void> {
  const names = await namesIn(root);
  const newest = names.at(-1);
  if (newest === undefined || GONE.test(newest)) return;
  await writeFileAtomic(join(root.backups, `${stampAfter(newest, ctx)}.gone`), '');
  const older = names.filter((name) => GONE.test(name));
  await mapBounded(older, FILES_AT_ONCE, (file) => rm(join(root.backups, file), { force: true }));
}

/** Copies of a root's state since its things were last destroyed, the newest first. Those that cannot be read are left out. */
export async function keptStates(root: Pick<Root, 'backups'>): Promise<KeptState[]> {
  const names = await namesIn(root);
  const since = names.slice(names.findLastIndex((name) => GONE.test(name)) + 1);
  const kept = await mapBounded(since.reverse(), FILES_AT_ONCE, async (name) => {
    const file = join(root.backups, name);
    const text = (await readIfThere(file).catch(() => undefined)) ?? '';
    const state = readableState(text);
    return state ? [{ at: timeOf(name), file, text, state }] : [];
  });
  return kept.flat();
}

/** When a root's things were last destroyed, in milliseconds since the epoch, where nothing was kept of it since; else nothing. */
export async function goneAt(root: Pick<Root, 'backups'>): Promise<number | undefined> {
  const newest = (await namesIn(root)).at(-1);
  return newest !== undefined && GONE.test(newest) ? timeOf(newest) : undefined;
}

/** In the order of time, which their names tell. */
async function namesIn({ backups }: Pick<Root, 'backups'>): Promise<string[]> {
  return (await readdir(backups).catch(() => [])).filter((name) => STATE.test(name) || GONE.test(name)).sort();
}

/** Now, or a moment after what was kept last, for clocks that were set back. */
function stampAfter(newest: string | undefined, { clock }: Pick<Context, 'clock'>): string {
  return String(Math.max(clock.now(), newest === undefined ? 0 : timeOf(newest) + 1)).padStart(15, '0');
}

function timeOf(name: string): number {
  return Number.parseInt(name, 10);
}
