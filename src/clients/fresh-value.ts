import { setTimeout as delay } from 'node:timers/promises';
import { watch } from './watch.js';

/** What a blocking query tells, in memory. */
export interface FreshValue<T> {
  /**
   * As it was told last; the first to ask waits for it.
   * @throws what the query throws, where it has failed for longer than may be
   */
  get(): Promise<T>;
}

/** Before a query that keeps failing is asked again. */
const PAUSE_MS = 1000;

export interface Freshness {
  /** Ends the query. */
  readonly signal: AbortSignal;
  /** For how many milliseconds the last value stands in for one that cannot be had. */
  readonly staleMs: number;
  readonly now?: () => number;
}

/** Follows what changes, so that nobody has to ask for it. */
export function keepFresh<T>(
  query: (at: { index: number; signal: AbortSignal }) => Promise<{ value: T; index: number }>,
  { signal, staleMs, now = Date.now }: Freshness,
): FreshValue<T> {
  let known: { readonly value: T } | undefined;
  let failed: { readonly since: number; readonly error: unknown } | undefined;
  let answered = (): void => undefined;
  const first = new Promise<void>((resolve) => (answered = resolve));
  const follow = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        for await (const value of watch(query, signal)) {
          [known, failed] = [{ value }, undefined];
          answered();
        }
      } catch (error) {
        failed = { since: failed?.since ?? now(), error };
        answered();
        await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  };
  void follow();
  return {
    async get() {
      if (!known && !failed) await first;
      if (failed && (!known || now() - failed.since > staleMs)) throw failed.error;
      return (known as { readonly value: T }).value;
    },
  };
}
