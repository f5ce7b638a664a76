/** Answers that may be a moment old: whoever asks for the same meanwhile waits for the one question, or gets its answer. */
export interface FreshCache {
  get<T>(key: string, ask: () => Promise<T>): Promise<T>;
}

const MOST = 10_000;

/** @param ms how old an answer may be */
export function createFreshCache(ms: number, now: () => number = Date.now): FreshCache {
  const known = new Map<string, { readonly asked: number; readonly answer: Promise<unknown> }>();
  return {
    get<T>(key: string, ask: () => Promise<T>): Promise<T> {
      const found = known.get(key);
      if (found && now() - found.asked < ms) return found.answer as Promise<T>;
      if (known.size > MOST) known.clear();
      const answer = ask();
      known.set(key, { asked: now(), answer });
      // A failure is nobody else's.
      answer.catch(() => known.delete(key));
      return answer;
    },
  };
}
