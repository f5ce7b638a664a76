import { describe, expect, it } from 'vitest';
import { mergeWatches, watch } from '../../../src/clients/watch.js';
import { ApiError } from '../../../packages/base/src/errors.js';

const signal = new AbortController().signal;
type Answer = { value: string; index: number } | Error;

/** Answers in order, then waits until it is aborted; remembers the indices that it was asked with. */
function scripted(answers: Answer[]) {
  const asked: number[] = [];
  const query = async (at: { index: number; signal: AbortSignal }): Promise<{ value: string; index: number }> => {
    asked.push(at.index);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? new Promise((_, reject) => at.signal.addEventListener('abort', () => reject(at.signal.reason as Error)));
  };
  return { asked, query };
}

async function take(count: number, source: AsyncGenerator<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  while (seen.length < count) seen.push((await source.next()).value);
  return seen;
}

describe('watch', () => {
  it('asks with the last index, and skips waits that ran out', async () => {
    const { asked, query } = scripted([
      { value: 'a', index: 7 },
      { value: 'a', index: 7 },
      { value: 'b', index: 9 },
    ]);
    expect(await take(2, watch(query, signal))).toEqual(['a', 'b']);
    expect(asked).toEqual([0, 7, 7]);
  });

  it('starts over when the index goes back', async () => {
    const { asked, query } = scripted([
      { value: 'a', index: 7 },
      { value: 'b', index: 3 },
      { value: 'c', index: 4 },
    ]);
    expect(await take(3, watch(query, signal))).toEqual(['a', 'b', 'c']);
    expect(asked).toEqual([0, 7, 0]);
  });

  it('bears a server that has lost its leader for a moment', async () => {
    const lost = new ApiError('no leader', { code: 'api-refused', details: { status: 500 } });
    const { query } = scripted([lost, new ApiError('gone', { code: 'api-unreachable' }), { value: 'a', index: 1 }]);
    expect(await take(1, watch(query, signal))).toEqual(['a']);
  });

  it('does not try again what will not get better', async () => {
    const { query } = scripted([new ApiError('no', { code: 'api-forbidden', details: { status: 403 } })]);
    await expect(watch(query, signal).next()).rejects.toMatchObject({ code: 'api-forbidden' });
  });
});

describe('mergeWatches', () => {
  it('yields from all sources with their key, and ends them when the caller stops', async () => {
    const one = scripted([{ value: 'a', index: 1 }]);
    const two = scripted([{ value: 'b', index: 1 }]);
    let aborted = 0;
    const counted = (query: typeof one.query) => (at: { index: number; signal: AbortSignal }) => {
      at.signal.addEventListener('abort', () => aborted++);
      return query(at);
    };
    const seen: unknown[] = [];
    for await (const item of mergeWatches<{ one: string; two: string }>(
      { one: (end) => watch(counted(one.query), end), two: (end) => watch(counted(two.query), end) },
      signal,
    )) {
      seen.push(item);
      if (seen.length === 2) break;
    }
    expect(seen).toContainEqual({ key: 'one', value: 'a' });
    expect(seen).toContainEqual({ key: 'two', value: 'b' });
    expect(aborted).toBeGreaterThan(0);
  });

  it('fails with the first source that fails', async () => {
    const bad = scripted([new ApiError('no', { code: 'api-forbidden' })]);
    const good = scripted([]);
    const merged = mergeWatches<{ bad: string; good: string }>(
      { bad: (end) => watch(bad.query, end), good: (end) => watch(good.query, end) },
      signal,
    );
    await expect(merged.next()).rejects.toMatchObject({ code: 'api-forbidden' });
  });
});
