/** A number of places for work that is begun side by side: at most so many are at work, the others wait in order. */
export interface Places {
  /** Does the work when there is a place for it. Rejects with the signal's reason when that aborts while it waits. */
  take<T>(work: () => Promise<T>, options: { readonly signal: AbortSignal; readonly onWait?: () => void }): Promise<T>;
}

export function createPlaces(count: number): Places {
  let free = count;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  return {
    async take(work, { signal, onWait }) {
      signal.throwIfAborted();
      if (free > 0) free--;
      else {
        onWait?.();
        await turn(waiting, signal);
      }
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

function turn(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const begin = (): void => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    };
    const giveUp = (): void => {
      waiting.splice(waiting.indexOf(begin), 1);
      reject(signal.reason as Error);
    };
    waiting.push(begin);
    signal.addEventListener('abort', giveUp, { once: true });
  });
}
