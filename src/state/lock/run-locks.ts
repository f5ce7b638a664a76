import type { HeldLock } from '@nomadctl/base/file-lock';
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

/** One run at a time, wherever it runs, by what a place of states has for it. */
export interface RunLocks {
  /** One that was killed on this computer has lost it. @throws LockedError `run-held`; ApiError */
  take(facts: RunFacts): Promise<HeldLock>;
  holder(): Promise<RunHolder | undefined>;
  /** Takes it from whoever holds it by that id. @throws OutcomeError `lock-stays`; ApiError */
  takeAway(id: string): Promise<void>;
  /** Removes what stays of it where nobody holds it. */
  forget(): Promise<void>;
}
