import { expect, test } from 'vitest';
import { spread } from '../helpers/longest-first.js';

const names = (prefix: string, seconds: readonly number[]) => seconds.map((each, index) => ({ name: `${prefix}${index}`, seconds: each }));

test('files of each project stand in their own order, and begin when the same part of their seconds is behind them', () => {
  const waiting = names('w', [60, 20, 20]);
  const computing = names('c', [5, 5, 5, 5]);
  const order = spread([waiting, computing], ({ seconds }) => seconds).map(({ name }) => name);
  // Of 100 s: at 0, 60 and 80. Of 20 s: at 0, 25, 50 and 75 hundredths.
  expect(order).toEqual(['w0', 'c0', 'c1', 'c2', 'w1', 'c3', 'w2']);
});

test('no file is lost or there twice, also where a project has none', () => {
  const lists = [names('a', [3, 2, 1]), [], names('b', Array<number>(40).fill(8))];
  const order = spread(lists, ({ seconds }) => seconds);
  expect(order).toHaveLength(43);
  expect(new Set(order).size).toBe(43);
});
