import type { ClusterPaths } from '@nomadctl/base/paths';
import { readBytesIfThere } from '@nomadctl/base/read-if-there';
import { resourcesOf } from '../../terraform/inventory.js';
import { goneAt, keptStates } from '../../terraform/kept-states.js';
import { rootNames, rootOf, type RootName } from '../../terraform/root.js';
import { backupsIn, placeOf, stateFile, sumOf } from './backup-manifest.js';

/** A copy of one root's state: made by itself around a change, or part of a backup, whose manifest says as much without a key. */
export interface StateCopy {
  /** By which `state backup restore` knows it. */
  readonly id: string;
  readonly root: RootName;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly from: 'change' | 'backup';
  readonly serial: number;
  readonly lineage: string;
  readonly resources: number;
}

export interface KeptCopy extends StateCopy {
  readonly from: 'change';
  readonly text: string;
}

/**
 * Copies of a root's state since its things were last destroyed, the newest first. Those that are damaged are left out.
 * @param folder where backups are kept
 */
export async function stateCopies(paths: ClusterPaths, name: RootName, folder = paths.backups): Promise<StateCopy[]> {
  const gone = await goneAt(rootOf(paths, name));
  const backed: StateCopy[] = [];
  // What was there before a restore was not wanted any more.
  const wanted = (await backupsIn(folder)).filter(({ why }) => why === 'asked for');
  for (const backup of wanted) {
    const { id, madeAt, files, states } = backup;
    const file = files.find(({ path }) => path === stateFile(name));
    const { serial, lineage, resources } = states.find(({ root }) => root === name) ?? {};
    if (!file || serial === undefined || lineage === undefined || (gone !== undefined && madeAt < gone)) continue;
    const content = await readBytesIfThere(placeOf(backup, file)).catch(() => undefined);
    if (content === undefined || sumOf(content) !== file.sha256) continue;
    backed.push({ id, root: name, at: madeAt, from: 'backup', serial, lineage, resources: resources ?? 0 });
  }
  return [...(await keptCopies(paths, name)), ...backed].sort((a, b) => b.at - a.at);
}

/** Those alone that were made by themselves around changes, with their text. */
export async function keptCopies(paths: ClusterPaths, name: RootName): Promise<KeptCopy[]> {
  return (await keptStates(rootOf(paths, name))).map(({ at, text, state }) => ({
    ...{ id: keptId(name, at), root: name, at, from: 'change' as const, text },
    ...{ serial: state.serial, lineage: state.lineage, resources: resourcesOf(state).length },
  }));
}

/** `cluster-1764465339123`. */
function keptId(root: RootName, at: number): string {
  return `${root}-${at}`;
}

/** The root and the time of an id that `keptId` made. */
export function readKeptId(id: string): { readonly root: RootName; readonly at: number } | undefined {
  const [, root, at] = /^([a-z]+)-(\d+)$/.exec(id) ?? [];
  const known = rootNames.find((name) => name === root);
  return known && at !== undefined ? { root: known, at: Number(at) } : undefined;
}
