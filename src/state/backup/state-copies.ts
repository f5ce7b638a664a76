import { join } from 'node:path';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { readableState, type RawState } from '../../terraform/inventory.js';
import { goneAt, keptStates } from '../../terraform/kept-states.js';
import { rootNames, rootOf, type RootName } from '../../terraform/root.js';
import { backupsIn, stateFile, sumOf } from './backup-manifest.js';

/** A copy of one root's state: made by itself around a change, or part of a backup. */
export interface StateCopy {
  /** By which `state backup restore` knows it. */
  readonly id: string;
  readonly root: RootName;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly from: 'change' | 'backup';
  readonly text: string;
  readonly state: RawState;
}

/**
 * Copies of a root's state since its things were last destroyed, the newest first. Those that are damaged are left out.
 * @param folder where backups are kept
 */
export async function stateCopies(paths: ClusterPaths, name: RootName, folder = paths.backups): Promise<StateCopy[]> {
  const root = rootOf(paths, name);
  const kept = (await keptStates(root)).map(({ at, text, state }) => ({
    id: keptId(name, at),
    root: name,
    at,
    from: 'change' as const,
    text,
    state,
  }));
  const gone = await goneAt(root);
  const backed: StateCopy[] = [];
  // What was there before a restore was not wanted any more.
  const wanted = (await backupsIn(folder)).filter(({ why }) => why === 'asked for');
  for (const { id, madeAt, folder: place, files } of wanted) {
    const file = files.find(({ path }) => path === stateFile(name));
    if (!file || (gone !== undefined && madeAt < gone)) continue;
    const text = await readIfThere(join(place, file.path)).catch(() => undefined);
    const state = text !== undefined && sumOf(text) === file.sha256 ? readableState(text) : undefined;
    if (text !== undefined && state) backed.push({ id, root: name, at: madeAt, from: 'backup', text, state });
  }
  return [...kept, ...backed].sort((a, b) => b.at - a.at);
}

/** `cluster-1764465339123`. */
export function keptId(root: RootName, at: number): string {
  return `${root}-${at}`;
}

/** The root and the time of an id that `keptId` made. */
export function readKeptId(id: string): { readonly root: RootName; readonly at: number } | undefined {
  const [, root, at] = /^([a-z]+)-(\d+)$/.exec(id) ?? [];
  const known = rootNames.find((name) => name === root);
  return known && at !== undefined ? { root: known, at: Number(at) } : undefined;
}
