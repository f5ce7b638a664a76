import type { HeldLock } from '@nomadctl/base/file-lock';
import type { Lease } from './lease.js';
import type { RunOwner } from './run-owner.js';

export interface RunFacts {
  readonly command: string;
  /** Of the run, as the history has it. */
  readonly run: string;
}

/** Whose lock it is, and what the place knows it by. */
export interface RunHolder {
  readonly id: string;
  readonly owner: RunOwner | undefined;
}

/** The lock of a run. */
export interface RunLock extends HeldLock {
  /** Aborted with a `LeaseLost` when the run must change nothing more. Absent: only a person can take it away. */
  readonly lost?: Lease['lost'];
  /** Returns when it is held for sure. @throws LeaseLost */
  confirm?(): Promise<void>;
}

/** One run at a time, wherever it runs, by what a place of states has for it. */
export interface RunLocks {
  /** One that was killed on this computer has lost it. @throws LockedError `run-held`; ApiError */
  take(facts: RunFacts): Promise<RunLock>;
  holder(): Promise<RunHolder | undefined>;
  /** Takes it from whoever holds it by that id, for good. @throws OutcomeError `lock-stays`; ApiError */
  takeAway(id: string): Promise<void>;
  /** Removes what stays of it where nobody holds it. */
  forget(): Promise<void>;
}
