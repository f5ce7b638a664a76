import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../../packages/base/src/errors.js';
import { keepFresh } from '../../../src/clients/fresh-value.js';
import { thrown } from '../../helpers/thrown.js';

describe('a value that a blocking query keeps fresh', () => {
  let end: AbortController;
  beforeEach(() => (end = new AbortController()));
  afterEach(() => end.abort(new Error('the test ends')));

  type Answer = { value: string; index: number } | Error;

  /** Answers as told, each when it is there; waits in between as a blocking query does. */
  function told() {
    const answers: Answer[] = [];
    let wake = (): void => undefined;
    let asked = 0;
    return {
      get asked() {
        return asked;
      },
      tell(answer: Answer) {
        answers.push(answer);
        wake();
      },
      async query({ signal }: { signal: AbortSignal }): Promise<{ value: string; index: number }> {
        asked++;
        while (answers.length === 0) {
          await new Promise<void>((resolve, reject) => {
            wake = resolve;
            signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
          });
        }
        const answer = answers.shift() as Answer;
        if (answer instanceof Error) throw answer;
        return answer;
      },
    };
  }

  it('is waited for at first, and given from memory from then on', async () => {
    const source = told();
    const fresh = keepFresh(source.query, { signal: end.signal, staleMs: 1000 });
    const first = fresh.get();
    source.tell({ value: 'a', index: 1 });
    expect(await first).toBe('a');
    for (let count = 0; count < 100; count++) expect(await fresh.get()).toBe('a');
    expect(source.asked).toBe(2);
    source.tell({ value: 'b', index: 2 });
    await expect.poll(() => fresh.get()).toBe('b');
  });

  it('is given for a while when it cannot be had, then refused, and given again when it can', async () => {
    let now = 0;
    const source = told();
    const fresh = keepFresh(source.query, { signal: end.signal, staleMs: 1000, now: () => now });
    source.tell({ value: 'a', index: 1 });
    expect(await fresh.get()).toBe('a');
    source.tell(new ApiError('no right', { code: 'api-forbidden' }));
    await expect.poll(() => source.asked).toBe(3);
    now = 900;
    expect(await fresh.get()).toBe('a');
    now = 1100;
    expect((await thrown(() => fresh.get())).code).toBe('api-forbidden');
    source.tell({ value: 'a', index: 1 });
    await expect.poll(() => fresh.get().catch(() => 'refused')).toBe('a');
  });

  it('tells at once why there is none', async () => {
    const source = told();
    const fresh = keepFresh(source.query, { signal: end.signal, staleMs: 60_000 });
    const first = thrown(() => fresh.get());
    source.tell(new ApiError('no right', { code: 'api-forbidden' }));
    expect((await first).code).toBe('api-forbidden');
  });
});
