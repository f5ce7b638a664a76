/** Owns which keys wait and which are worked on: many keys at once, one after the other on each. */
export interface WorkQueue {
  /** Starts the work soon; never throws. A key that is worked on is worked on once more afterwards, however often it was added. */
  add(key: string): void;
  isBusy(key: string): boolean;
  /** Until nothing is left to do. */
  idle(): Promise<void>;
}

/** @param work must not reject: `onError` is for bugs. */
export function workQueue(work: (key: string) => Promise<void>, onError: (error: unknown) => void, atOnce = 16): WorkQueue {
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
    add(key) {
      waiting.add(key);
      next();
    },
    isBusy: (key) => running.has(key) || waiting.has(key),
    idle: () => (running.size + waiting.size === 0 ? Promise.resolve() : new Promise((resolve) => void idlers.push(resolve))),
  };
}
