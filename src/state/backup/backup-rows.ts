import type { ClusterPaths } from '@nomadctl/base/paths';
import { rootNames } from '../../terraform/root.js';
import { backupsIn, type BackedState, type Backup } from './backup-manifest.js';
import { keptCopies } from './state-copies.js';

/** A backup, or a state that was kept around a change, in a line. */
export interface BackupRow {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: 'backup' | 'before a restore' | 'state';
  readonly states: readonly BackedState[];
  /** `consul`, `nomad`. */
  readonly snapshots: readonly string[];
  readonly bytes: number;
  /** What should be in it and is not, a sentence each. */
  readonly missing: readonly string[];
  /** Public keys of age, of those who can read it; null: it is not encrypted. */
  readonly recipients: readonly string[] | null;
}

/** Everything that can be put back, the newest first. */
export async function backupRows(paths: ClusterPaths, folder: string): Promise<BackupRow[]> {
  const rows = (await backupsIn(folder)).map(rowOf);
  for (const root of rootNames) {
    for (const { id, at, text, serial, lineage, resources } of await keptCopies(paths, root)) {
      const states = [{ root, serial, lineage, resources }];
      rows.push({ id, at, kind: 'state', states, snapshots: [], bytes: Buffer.byteLength(text), missing: [], recipients: null });
    }
  }
  return rows.sort((a, b) => b.at - a.at);
}

function rowOf({ id, madeAt, why, states, files, missing, recipients }: Backup): BackupRow {
  return {
    ...{ id, at: madeAt, kind: why === 'asked for' ? 'backup' : 'before a restore', states, missing, recipients: recipients ?? null },
    snapshots: files.flatMap(({ path }) => /^snapshots\/(.+)\.snap$/.exec(path)?.[1] ?? []),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
