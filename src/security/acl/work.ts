import type { Clock } from '@nomadctl/base/clock';

/** How ACLs are seen to. */
export interface Work {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** For servers to answer at all. */
  readonly timeoutMs: number;
  /** Throws when none of them will: one has ended. */
  readonly stillHopeful?: () => void;
}
