import type { StateContext, StateOwner } from '../state-owner.js';
import { placeProblem } from '../backend/place-problem.js';
import type { RunFacts, RunHolder, RunLock, RunLocks } from './run-locks.js';

/**
 * Takes the lock of a run over a cluster; nothing where its states are kept on this computer, whose own lock is enough.
 * @throws LockedError `run-held` with who holds it, since when, and what to do; PrerequisiteError `state-unreachable`,
 * `state-forbidden`, `state-clock` or `state-bucket-missing`; ApiError
 */
export async function takeRunLock(ctx: StateContext, owner: StateOwner, facts: RunFacts): Promise<RunLock | undefined> {
  return asked(ctx, owner, (locks) => locks.take(facts));
}

/** Who holds a run's lock; nothing when nobody does. @throws as `takeRunLock` */
export async function runLockHolder(ctx: StateContext, owner: StateOwner): Promise<RunHolder | undefined> {
  return asked(ctx, owner, (locks) => locks.holder());
}

/** @throws as `takeRunLock`; OutcomeError `lock-stays` */
export async function takeRunLockAway(ctx: StateContext, owner: StateOwner, id: string): Promise<void> {
  await asked(ctx, owner, (locks) => locks.takeAway(id));
}

/** For a cluster that is gone: nothing of its lock stays, unless somebody holds it. @throws as `takeRunLock` */
export async function forgetRunLock(ctx: StateContext, owner: StateOwner): Promise<void> {
  await asked(ctx, owner, (locks) => locks.forget());
}

async function asked<T>(ctx: StateContext, owner: StateOwner, ask: (locks: RunLocks) => Promise<T>): Promise<T | undefined> {
  try {
    const locks = await locksOf(ctx, owner);
    return locks && (await ask(locks));
  } catch (cause) {
    throw placeProblem(owner, cause);
  }
}

async function locksOf(ctx: StateContext, owner: StateOwner): Promise<RunLocks | undefined> {
  if (owner.place.backend === 'consul') return (await import('./consul-run-lock.js')).consulRunLocks(ctx, owner);
  if (owner.place.backend === 's3') return (await import('./s3-run-lock.js')).s3RunLocks(ctx, owner);
  if (owner.place.backend === 'http') return (await import('./http-run-lock.js')).httpRunLocks(ctx, owner);
  return undefined;
}
