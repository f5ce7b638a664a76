import { setMaxListeners } from 'node:events';

/**
 * Aborts as soon as one of them does. Use it instead of `AbortSignal.any`: of that Node says "possible memory leak" on standard
 * error as soon as more than ten listen, and every call in flight does (`REQUESTS_AT_ONCE`).
 */
export function anySignal(...signals: readonly AbortSignal[]): AbortSignal {
  return forManyCalls(AbortSignal.any([...signals]));
}

/** As `anySignal`, with an end in so many milliseconds. */
export function withinTime(signal: AbortSignal, ms: number): AbortSignal {
  return anySignal(signal, AbortSignal.timeout(ms));
}

/** A signal on which any number of calls may listen. Each takes its listener away when it ends. */
export function forManyCalls(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal);
  return signal;
}
