import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { mapBounded } from '../src/map-bounded.js';

it('does so many at a time and no more, and keeps the order', async () => {
  let [now, most] = [0, 0];
  const results = await mapBounded(
    Array.from({ length: 2000 }, (_, index) => index),
    16,
    async (item) => {
      most = Math.max(most, ++now);
      await delay(item % 3);
      now--;
      return item * 2;
    },
  );
  expect(most).toBe(16);
  expect(results).toEqual(Array.from({ length: 2000 }, (_, index) => index * 2));
});

it('begins no other after a failure', async () => {
  const begun: number[] = [];
  const work = mapBounded([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    await delay(1);
    if (item === 2) throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  await delay(20);
  expect(begun.length).toBeLessThan(5);
});
