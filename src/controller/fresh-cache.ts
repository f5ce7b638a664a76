/**
 * Answers that may be a moment old. Whoever asks for the same meanwhile gets the answer, or waits for the one question; one that is older
 * is given once more while it is asked for anew, so that nobody waits for what everybody asks all the time.
 */
export interface FreshCache {
  get<T>(key: string, ask: () => Promise<T>): Promise<T>;
}

const MOST = 10_000;
/** Beyond that many times the age at which it is asked for anew, an answer is given to nobody. */
const STALE = 4;

interface Known {
  readonly asked: number;
  readonly answer: Promise<unknown>;
}

/** @param ms after that an answer is asked for anew; none is older than four times as much */
export function createFreshCache(ms: number, now: () => number = Date.now): FreshCache {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<unknown>>();
  const askAnew = (key: string, ask: () => Promise<unknown>): Promise<unknown> => {
    const before = asking.get(key);
    if (before) return before;
    const asked = now();
    const answer = ask();
    asking.set(key, answer);
    void answer
      .then(
        () => known.set(key, { asked, answer }),
        // A failure is nobody else's.
        () => known.delete(key),
      )
      .finally(() => asking.delete(key));
    if (known.size > MOST) known.clear();
    return answer;
  };
  return {
    async get<T>(key: string, ask: () => Promise<T>): Promise<T> {
      const found = known.get(key);
      const age = found ? now() - found.asked : Infinity;
      if (found && age < ms) return found.answer as Promise<T>;
      const anew = askAnew(key, ask);
      if (!found || age >= ms * STALE) return anew as Promise<T>;
      anew.catch(() => undefined);
      return found.answer as Promise<T>;
    },
  };
}
