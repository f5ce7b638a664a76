import type { Clock } from '@nomadctl/base/clock';
import { isRefusal } from './ret-codes.js';

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
const FIRST_PAUSE_MS = 250;
/** What an answer may ask for at most. */
const LONGEST_PAUSE_MS = 10_000;
const THROTTLED = 153;
/** The gateway, or the service behind it, did not manage. */
const GATEWAY = [110, 130, 150];

/**
 * Whether a failed request may be sent once more. One that was not carried out always may: it never left, or was
 * throttled. When nobody knows (the answer was lost, a gateway failed), reading may, and so may asking once more for
 * something to go; asking once more for something new might make it twice.
 */
export function mayRepeat(action: string, { kind, status = 0, error }: Failure): boolean {
  if (kind === 'unsent' || status === 429 || (kind === 'refused' && isRefusal(error, THROTTLED))) return true;
  if (makesSomething(action)) return false;
  if (kind === 'refused') return isRead(action) && isRefusal(error, ...GATEWAY);
  return kind === 'lost' || [502, 503, 504].includes(status);
}

export interface Repeating {
  readonly action: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Default: 4. */
  readonly attempts?: number | undefined;
  readonly random?: () => number;
}

/** Tries again after growing pauses, as long as `mayRepeat` and `attempts` times at most. @throws the error of the last failure. */
export async function withRepeats<Value>(
  attempt: () => Promise<Attempt<Value>>,
  { action, clock, signal, attempts = ATTEMPTS, random = Math.random }: Repeating,
): Promise<Value> {
  for (let made = 1; ; made += 1) {
    const outcome = await attempt();
    if ('value' in outcome) return outcome.value;
    const { error, retryAfterMs = 0 } = outcome.failure;
    if (made >= attempts || !mayRepeat(action, outcome.failure)) throw error;
    // Jitter: half to one and a half of the pause. Clients that were refused together must not return together.
    const pauseMs = FIRST_PAUSE_MS * 3 ** (made - 1) * (0.5 + random());
    await clock.sleep(Math.max(pauseMs, Math.min(LONGEST_PAUSE_MS, retryAfterMs)), signal);
  }
}

const isRead = (action: string): boolean => /^(Describe|Get|List|Check)/.test(action);
const makesSomething = (action: string): boolean => /^(Create|Allocate|Add|Clone|Copy|Import|Assume)/.test(action);
