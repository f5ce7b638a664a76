import { stepsFor } from '../../engine/step.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { RestorePlan } from '../../state/backup/restore-plan.js';
import { restoreSnapshots } from '../../state/backup/restore-snapshots.js';

const { defineStep } = stepsFor<object, object>();

/** Has the servers take their snapshots. */
export function restoreSnapshotsStep(snapshots: RestorePlan['snapshots'], connection: ClusterConnection) {
  return defineStep({
    id: 'restore-snapshots',
    title: 'Putting back what the servers knew',
    run: async ({ signal }, io) => ({ detail: (await restoreSnapshots(snapshots, connection, { signal, line: io.line })).join(', ') }),
  });
}
