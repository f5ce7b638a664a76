import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { workQueue } from '../../../../src/machines/reconcile/work-queue.js';

test('one after the other on each key, side by side on different ones', async () => {
  const running = new Map<string, number>();
  let most = 0;
  const log: string[] = [];
  const work = workQueue(
    async (key) => {
      const count = (running.get(key) ?? 0) + 1;
      expect(count).toBe(1);
      running.set(key, count);
      most = Math.max(
        most,
        [...running.values()].reduce((sum, value) => sum + value, 0),
      );
      await delay(10);
      running.set(key, 0);
      log.push(key);
    },
    (error) => {
      throw error;
    },
  );
  for (const key of ['a', 'b', 'a', 'a']) work.add(key);
  await delay(2);
  work.add('a');
  await work.idle();
  // What was asked for while it ran runs once more, however often.
  expect(log.toSorted()).toEqual(['a', 'a', 'b']);
  expect(most).toBe(2);
  await work.idle();
});

test('no more at once than allowed, and a bug keeps nothing from going on', async () => {
  const bugs: unknown[] = [];
  let now = 0;
  let most = 0;
  const work = workQueue(
    async (key) => {
      most = Math.max(most, ++now);
      await delay(1);
      now--;
      if (key === '3') throw new Error('bug');
    },
    (error) => bugs.push(error),
    2,
  );
  for (let key = 0; key < 10; key++) work.add(String(key));
  await work.idle();
  expect([most, bugs.length, work.isBusy('3')]).toEqual([2, 1, false]);
});
