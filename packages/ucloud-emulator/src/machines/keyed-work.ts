/**
 * Work on many things at once, one after the other on each: what is asked for again while it runs, runs once more after it.
 */
export interface KeyedWork {
  /** Starts it soon; never throws. */
  ask(key: string): void;
  isBusy(key: string): boolean;
  /** Until nothing is left to do. */
  idle(): Promise<void>;
}

/** @param work must not reject: `onError` is for bugs. */
export function keyedWork(work: (key: string) => Promise<void>, onError: (error: unknown) => void, atOnce = 16): KeyedWork {
  const waiting = new Set<string>();
  const running = new Map<string, Promise<void>>();
  let idlers: (() => void)[] = [];
  const next = (): void => {
    for (const key of waiting) {
      if (running.size >= atOnce) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      const done = Promise.resolve()
        .then(() => work(key))
        .catch(onError)
        .then(() => {
          running.delete(key);
          next();
        });
      running.set(key, done);
    }
    if (running.size > 0) return;
    for (const resolve of idlers) resolve();
    idlers = [];
  };
  return {
    ask(key) {
      waiting.add(key);
      next();
    },
    isBusy: (key) => running.has(key) || waiting.has(key),
    idle: () => (running.size + waiting.size === 0 ? Promise.resolve() : new Promise((resolve) => void idlers.push(resolve))),
  };
}
