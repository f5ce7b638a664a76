import { expect, test } from 'vitest';
import { formatAge, formatDuration } from '../src/duration.js';

test.each([
  [0, '0 ms'],
  [84.6, '85 ms'],
  [99.9, '100 ms'],
  [100, '0.1 s'],
  [2449, '2.4 s'],
  [59_940, '59.9 s'],
  [59_960, '1 m 0 s'],
  [72_000, '1 m 12 s'],
  [3_599_400, '59 m 59 s'],
  [3_599_600, '1 h 0 m'],
  [3_900_000, '1 h 5 m'],
  [47 * 3_600_000, '47 h 0 m'],
  [50 * 3_600_000, '2 d 2 h'],
])('%i ms take %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [-5000, '0 s ago'],
  [59_900, '59 s ago'],
  [60_000, '1 min ago'],
  [12 * 60_000 + 59_000, '12 min ago'],
  [3_599_000, '59 min ago'],
  [3_600_000, '1 h ago'],
  [47.9 * 3_600_000, '47 h ago'],
  [49 * 3_600_000, '2 d ago'],
])('%i ms are %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});
