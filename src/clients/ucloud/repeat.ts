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
  if (wasNotCarriedOut(failure)) return true;
  if (makesSomething(action)) return false;
  if (kind === 'refused') return isRead(action) && isRefusal(error, ...GATEWAY);
  return kind === 'lost' || [502, 503, 504].includes(status);
}

/** UCloud is known to have done nothing: it never heard of it, or said that it will not. */
export function wasNotCarriedOut(failure: Failure): boolean {
  return failure.kind === 'unsent' || isThrottled(failure);
}

export interface Repeating {
  readonly action: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Default: 4; 10 while UCloud throttles. */
  readonly attempts?: number | undefined;
  /** No attempt begins later than that after the first one, in milliseconds. */
  readonly withinMs?: number;
  /** Default: `mayRepeat`. */
  readonly isSafe?: (failure: Failure) => boolean;
  /** Hears of every pause before it begins. */
  readonly onPause?: (failure: Failure, pauseMs: number) => void;
  readonly random?: () => number;
}

/** Tries again after growing pauses, as long as `mayRepeat`, as often as `attempts` says. @throws the error of the last failure. */
export async function withRepeats<Value>(
  attempt: () => Promise<Attempt<Value>>,
  { action, clock, signal, attempts, withinMs = Infinity, isSafe, onPause, random = Math.random }: Repeating,
): Promise<Value> {
  const deadline = clock.now() + withinMs;
  for (let made = 1; ; made += 1) {
    const outcome = await attempt();
    if ('value' in outcome) return outcome.value;
    const { failure } = outcome;
    const most = attempts ?? (isThrottled(failure) ? ATTEMPTS_THROTTLED : ATTEMPTS);
    if (made >= most || !(isSafe?.(failure) ?? mayRepeat(action, failure))) throw failure.error;
    const own = jittered(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 3 ** (made - 1)), random);
    const pauseMs = Math.max(own, Math.min(LONGEST_PAUSE_MS, failure.retryAfterMs ?? 0));
    if (clock.now() + pauseMs > deadline) throw failure.error;
    onPause?.(failure, pauseMs);
    await clock.sleep(pauseMs, signal);
  }
}

export function isThrottled({ kind, status, error }: Failure): boolean {
  return status === 429 || (kind === 'refused' && isRefusal(error, THROTTLED));
}

const isRead = (action: string): boolean => /^(Describe|Get|List|Check)/.test(action);
const makesSomething = (action: string): boolean => /^(Create|Allocate|Add|Clone|Copy|Import|Assume)/.test(action);
