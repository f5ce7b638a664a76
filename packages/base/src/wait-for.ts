import type { Clock } from './clock.js';
import { isAbort, OutcomeError } from './errors.js';
import type { Hint } from './hint/hint.js';
import { formatDuration } from './duration.js';
import { reasonOf } from './reason.js';

export interface Wait {
  /** For the message: "a Consul leader". */
  readonly what: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called before each look: throws when there is no use in waiting on. */
  readonly stillHopeful?: () => void;
  readonly next: Hint;
  /** Between two looks; default 40 ms, for agents on this computer. */
  readonly pauseMs?: number;
}

export type Look<T> = { readonly value: T } | { readonly observed: string };

const PAUSE_MS = 40;

/**
 * Looks again and again until there is a value. For agents that are coming up: before they answer there is nothing that
 * a blocking query could be asked of.
 * @throws OutcomeError `wait-timeout` with what was seen last.
 */
export async function waitFor<T>(wait: Wait, look: () => Promise<Look<T>>): Promise<T> {
  const deadline = wait.clock.now() + wait.timeoutMs;
  for (;;) {
    wait.stillHopeful?.();
    const seen = await look().catch((error: unknown): Look<T> => {
      if (wait.signal.aborted || isAbort(error)) throw wait.signal.reason ?? error;
      return { observed: reasonOf(error) };
    });
    if ('value' in seen) return seen.value;
    if (wait.clock.now() >= deadline) {
      throw new OutcomeError(`${wait.what}: not within ${formatDuration(wait.timeoutMs)}`, {
        code: 'wait-timeout',
        why: `last seen: ${seen.observed}`,
        next: wait.next,
      });
    }
    await wait.clock.sleep(wait.pauseMs ?? PAUSE_MS, wait.signal).catch(() => {
      throw wait.signal.reason;
    });
  }
}
