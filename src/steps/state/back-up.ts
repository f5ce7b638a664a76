import { formatBytes } from '@nomadctl/base/bytes';
import { stepsFor } from '../../engine/step.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { Backup } from '../../state/backup/backup-manifest.js';
import { makeBackup, type BackupRequest } from '../../state/backup/make-backup.js';
import { takeSnapshots } from '../../state/backup/take-snapshots.js';
import type { Draft } from '../../state/backup/write-file-in.js';

const { defineStep } = stepsFor<object, object>();

export interface WantedBackup extends Omit<BackupRequest, 'snapshots' | 'now'> {
  /** Of a cluster whose snapshots are wanted and that is up. */
  readonly connection?: ClusterConnection | undefined;
}

/** Copies a cluster's states, files and snapshots into a folder of their own. */
export function backUpStep(wanted: WantedBackup, deliver: (made: Backup) => void) {
  return defineStep({
    id: 'back-up',
    title: wanted.why === 'before a restore' ? 'Keeping what is there' : 'Copying states, files and snapshots',
    async run({ clock, signal }, io) {
      const { connection, ...request } = wanted;
      const snapshots = connection && ((draft: Draft) => takeSnapshots(draft, connection, { signal, line: io.line }));
      const made = await makeBackup({ ...request, now: clock.now(), snapshots });
      deliver(made);
      return { detail: `${made.files.length} files, ${formatBytes(made.files.reduce((sum, { bytes }) => sum + bytes, 0))}` };
    },
  });
}
