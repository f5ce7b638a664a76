import { anySignal } from '@nomadctl/base/signals/any-signal';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '@nomadctl/base/errors';

const TRIES = 20;
const PAUSE_MS = 250;

/**
 * Yields a value each time it changes, by blocking queries. A server that loses its leader answers with errors for a
 * moment, so unreachable and refusing answers are tried again, about 5 s long in a row.
 */
export async function* watch<T>(
  query: (at: { index: number; signal: AbortSignal }) => Promise<{ value: T; index: number }>,
  signal: AbortSignal,
): AsyncGenerator<T, never> {
  let index = 0;
  let failures = 0;
  for (;;) {
    try {
      const reply = await query({ index, signal });
      failures = 0;
      // An index that goes back means the server was restored; an unchanged one that the wait ran out.
      if (reply.index === index && index > 0) continue;
      index = reply.index < index ? 0 : Math.max(reply.index, 1);
      yield reply.value;
    } catch (error) {
      signal.throwIfAborted();
      if (!isTransient(error) || ++failures > TRIES) throw error;
      await delay(PAUSE_MS, undefined, { signal });
    }
  }
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.code === 'api-unreachable' || (error.code === 'api-refused' && Number(error.details?.['status']) >= 500);
}

/** Values of several watches in the order they come, each with its source's key. Ends them all when the caller stops. */
export async function* mergeWatches<T extends Record<string, unknown>>(
  sources: { readonly [K in keyof T]: (signal: AbortSignal) => AsyncGenerator<T[K]> },
  signal: AbortSignal,
): AsyncGenerator<{ [K in keyof T]: { readonly key: K; readonly value: T[K] } }[keyof T], void> {
  type Item = { [K in keyof T]: { readonly key: K; readonly value: T[K] } }[keyof T];
  const stop = new AbortController();
  const all = anySignal(signal, stop.signal);
  const running = new Map<keyof T, AsyncGenerator<T[keyof T]>>();
  const pending = new Map<keyof T, Promise<{ key: keyof T; result: IteratorResult<T[keyof T]> }>>();
  const pull = (key: keyof T): void => {
    const next = running.get(key)?.next();
    if (next)
      pending.set(
        key,
        next.then((result) => ({ key, result })),
      );
  };
  for (const key of Object.keys(sources) as (keyof T)[]) {
    running.set(key, sources[key](all));
    pull(key);
  }
  try {
    while (pending.size > 0) {
      const { key, result } = await Promise.race(pending.values());
      pending.delete(key);
      if (result.done) continue;
      yield { key, value: result.value } as Item;
      pull(key);
    }
  } finally {
    stop.abort();
    await Promise.allSettled(pending.values());
  }
}
