import type { Context } from '../context.js';
import { openRunLog } from '../engine/run-log.js';
import { runPlan } from '../engine/run-plan.js';
import type { AnyStep, Plan } from '../engine/step.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Backup } from '../state/backup/backup-manifest.js';
import type { RestorePlan } from '../state/backup/restore-plan.js';
import { backUpStep, type WantedBackup } from '../steps/state/back-up.js';
import { compareRestoredStep } from '../steps/state/compare-restored.js';
import { restoreFilesStep } from '../steps/state/restore-files.js';
import { restoreSnapshotsStep } from '../steps/state/restore-snapshots.js';

type StatePlan = Plan<object, object>;

export function createBackupPlan(wanted: WantedBackup, deliver: (made: Backup) => void): StatePlan {
  return { id: 'state backup create', steps: [backUpStep(wanted, deliver)] };
}

export interface Restoring {
  readonly id: string;
  readonly paths: ClusterPaths;
  readonly roots: WantedBackup['roots'];
  readonly plan: RestorePlan;
  /** What is there now, kept first. */
  readonly before: WantedBackup;
  /** Of a cluster whose snapshots are put back. */
  readonly connection: WantedBackup['connection'];
  /** Compares once more. */
  readonly look: () => Promise<RestorePlan>;
}

export function restoreBackupPlan(
  { id, paths, roots, plan, before, connection, look }: Restoring,
  deliver: (kept: Backup) => void,
): StatePlan {
  const files = plan.states.size + plan.files.size + Object.keys(plan.secrets).length > 0 || plan.secretsUnreadable;
  const steps: AnyStep<object, object>[] = [
    backUpStep(before, deliver),
    ...(files ? [restoreFilesStep(plan, { paths, roots })] : []),
    ...(connection && plan.snapshots.size > 0 ? [restoreSnapshotsStep(plan.snapshots, connection)] : []),
    compareRestoredStep(id, look),
  ];
  return { id: 'state backup restore', steps };
}

/** No journal: that is among what is copied. The caller holds the lock where there must be nobody else. */
export async function runStatePlan(ctx: Context, paths: Pick<ClusterPaths, 'logs'>, plan: StatePlan): Promise<void> {
  const id = new Date(ctx.clock.now()).toISOString().replace(/[:.]/g, '-');
  const log = await openRunLog(paths.logs, id, ctx.redact);
  try {
    await runPlan(plan, ctx, { subject: {}, state: {}, log });
  } finally {
    await log.close();
  }
}
