import { jittered, type Clock } from '@nomadctl/base/clock';
import { GATEWAY, isRefusal, THROTTLED } from './ret-codes.js';

/** What became of one attempt. */
export type Attempt<Value> = { readonly value: Value } | { readonly failure: Failure };

/** How it failed: it never left, its answer was lost, HTTP said no, or UCloud did. `error` is what the caller gets to see. */
export interface Failure {
  readonly kind: 'unsent' | 'lost' | 'status' | 'refused';
  /** For `status`. */
  readonly status?: number;
  /** How long to wait, where the answer says so. */
  readonly retryAfterMs?: number | undefined;
  readonly error: unknown;
}

const ATTEMPTS = 4;
/** Throttling goes on for as long as others ask, too: about a minute of patience. */
const ATTEMPTS_THROTTLED = 10;
const FIRST_PAUSE_MS = 250;
/** Of ours, and what an answer may ask for at most. */
const LONGEST_PAUSE_MS = 10_000;

/**
 * Whether a failed request may be sent once more. One that was not carried out always may: it never left, or was
 * throttled. When nobody knows (the answer was lost, a gateway failed), reading may, and so may asking once more for
 * something to go; asking once more for something new might make it twice.
 */
export function mayRepeat(action: string, failure: Failure): boolean {
  const { kind, status = 0, error } = failure;
  if (kind === 'unsent' || isThrottled(failure)) return true;
  if (makesSomething(action)) return false;
  if (kind === 'refused') return isRead(action) && isRefusal(error, ...GATEWAY);
  return kind === 'lost' || [502, 503, 504].includes(status);
}

export interface Repeating {
  readonly action: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Default: 4; 10 while UCloud throttles. */
  readonly attempts?: number | undefined;
  readonly random?: () => number;
}

/** Tries again after growing pauses, as long as `mayRepeat`, as often as `attempts` says. @throws the error of the last failure. */
export async function withRepeats<Value>(
  attempt: () => Promise<Attempt<Value>>,
  { action, clock, signal, attempts, random = Math.random }: Repeating,
): Promise<Value> {
  for (let made = 1; ; made += 1) {
    const outcome = await attempt();
    if ('value' in outcome) return outcome.value;
    const { error, retryAfterMs = 0 } = outcome.failure;
    const most = attempts ?? (isThrottled(outcome.failure) ? ATTEMPTS_THROTTLED : ATTEMPTS);
    if (made >= most || !mayRepeat(action, outcome.failure)) throw error;
    const pauseMs = jittered(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 3 ** (made - 1)), random);
    await clock.sleep(Math.max(pauseMs, Math.min(LONGEST_PAUSE_MS, retryAfterMs)), signal);
  }
}

function isThrottled({ kind, status, error }: Failure): boolean {
  return status === 429 || (kind === 'refused' && isRefusal(error, THROTTLED));
}

const isRead = (action: string): boolean => /^(Describe|Get|List|Check)/.test(action);
const makesSomething = (action: string): boolean => /^(Create|Allocate|Add|Clone|Copy|Import|Assume)/.test(action);
