import type { RootName } from '../../terraform/root.js';
import { rootNames } from '../../terraform/root.js';
import { isOfDeadRun } from '../../terraform/dead-lock.js';
import { keptRoot } from '../kept-root.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { isGone, isHere } from './run-owner.js';
import { runLockHolder, takeRunLockAway } from './run-lock.js';

/** A lock on what a cluster keeps elsewhere: of a run of nomadctl, or terraform's own on one root. */
export interface FoundLock {
  /** A root, or the run. */
  readonly root?: RootName;
  readonly id: string;
  readonly what: string;
  readonly who: string;
  readonly operation: string;
  /** Milliseconds since the epoch. */
  readonly since?: number;
  /** Its process, where that is one of this computer. */
  readonly pidHere?: number;
  /** Known to be gone. */
  readonly isDead: boolean;
}

/**
 * Every lock that can be seen.
 * @param told one that terraform told of
 */
export async function findLocks(
  ctx: StateContext,
  owner: StateOwner,
  told?: { readonly id: string; readonly root: RootName },
): Promise<FoundLock[]> {
  if (told) {
    if (!keptRoot(ctx, owner, told.root).backend) return [];
    return [
      { ...told, what: `terraform's lock on the ${told.root}`, who: `lock ${told.id}`, operation: 'as terraform has told', isDead: false },
    ];
  }
  const found: FoundLock[] = [];
  const run = await runLockHolder(ctx, owner);
  if (run) {
    const { id, owner: holder } = run;
    const what = 'the lock of a run';
    if (!holder) found.push({ id, what, who: 'unknown', operation: 'unknown', isDead: false });
    else {
      const { user, host, pid, command, since } = holder;
      const here = isHere(holder) ? { pidHere: pid } : {};
      found.push({ id, what, who: `process ${pid} of ${user} on ${host}`, operation: command, since, ...here, isDead: isGone(holder) });
    }
  }
  for (const name of rootNames) {
    const root = keptRoot(ctx, owner, name);
    const lock = await root.backend?.lockHolder();
    if (!lock || !root.backend) continue;
    const since = Date.parse(lock.created);
    found.push({
      ...{ root: name, id: lock.id, what: `terraform's lock on the ${name}`, who: lock.who, operation: lock.operation },
      ...(Number.isNaN(since) ? {} : { since }),
      isDead: isOfDeadRun(lock, root, root.backend),
    });
  }
  return found;
}

/** @throws OutcomeError `lock-stays`; ApiError or ToolError */
export async function takeLockAway(ctx: StateContext, owner: StateOwner, { root, id }: FoundLock): Promise<void> {
  if (root === undefined) await takeRunLockAway(ctx, owner, id);
  else await keptRoot(ctx, owner, root).backend?.breakLock(id);
}
