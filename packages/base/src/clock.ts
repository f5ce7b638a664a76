import { setTimeout as delay } from 'node:timers/promises';

/** Time as a dependency, so that waits can be tested without waiting. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with an AbortError when `signal` aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
};

/** Half to one and a half of a pause: who was refused together must not come back together. */
export function jittered(ms: number, random: () => number = Math.random): number {
  return ms * (0.5 + random());
}
