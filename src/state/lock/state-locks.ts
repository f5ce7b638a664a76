import { hostname, userInfo } from 'node:os';
import type { RootName } from '../../terraform/root.js';
import { rootNames } from '../../terraform/root.js';
import { isOfDeadRun } from '../../terraform/dead-lock.js';
import { keptRoot } from '../kept-root.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { terraformAt, type TerraformAtWork } from '../terraform-left.js';
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
 * Every lock that can be seen, and every terraform of this computer that works with a state.
 * @param told one that terraform told of
 */
export async function findLocks(
  ctx: StateContext,
  owner: StateOwner,
  told?: { readonly id: string; readonly root: RootName },
): Promise<FoundLock[]> {
  if (told) {
    const root = keptRoot(ctx, owner, told.root);
    const atWork = terraformAt(root);
    if (!root.backend) return atWork ? [workOf(atWork)] : [];
    const lock = { ...told, what: `terraform's lock on the ${told.root}`, operation: 'as terraform has told', isDead: false };
    return [{ ...lock, who: `lock ${told.id}${processOf(atWork)}`, ...pidOf(atWork) }];
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
    const atWork = terraformAt(root);
    // One that waits for a lock of somebody else's holds none.
    const holds = lock?.who === `${userInfo().username}@${hostname()}` ? atWork : undefined;
    if (atWork && !holds) found.push(workOf(atWork));
    if (!lock || !root.backend) continue;
    const since = Date.parse(lock.created);
    found.push({
      ...{ root: name, id: lock.id, what: `terraform's lock on the ${name}`, operation: lock.operation },
      ...{ who: `${lock.who}${processOf(holds)}`, ...pidOf(holds) },
      ...(Number.isNaN(since) ? {} : { since }),
      isDead: isOfDeadRun(lock, root, root.backend),
    });
  }
  return found;
}

/** Without a lock that anybody could see: the state is a file of this computer, or terraform is about to take or to give back its lock. */
function workOf(atWork: TerraformAtWork): FoundLock {
  const { root, pid } = atWork;
  return {
    ...{ root, id: `process ${pid}`, what: `the state of the ${root}`, who: `terraform (process ${pid}) of this computer` },
    ...{ operation: 'finishing what it began', ...pidOf(atWork), isDead: false },
  };
}

const processOf = (atWork: TerraformAtWork | undefined): string => (atWork ? ` (process ${atWork.pid} of this computer)` : '');
const pidOf = (atWork: TerraformAtWork | undefined): Pick<FoundLock, 'pidHere'> => (atWork ? { pidHere: atWork.pid } : {});

/** @throws OutcomeError `lock-stays`; ApiError or ToolError */
export async function takeLockAway(ctx: StateContext, owner: StateOwner, { root, id }: FoundLock): Promise<void> {
  if (root === undefined) await takeRunLockAway(ctx, owner, id);
  else await keptRoot(ctx, owner, root).backend?.breakLock(id);
}
