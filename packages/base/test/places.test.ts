import { expect, test } from 'vitest';
import { createPlaces } from '../src/places.js';

const { signal } = new AbortController();
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('so many at once, the others in order', async () => {
  const places = createPlaces(2);
  const begun: string[] = [];
  const waited: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) =>
    places.take(
      async () => {
        begun.push(name);
        await new Promise<void>((resolve) => ends.push(resolve));
      },
      { signal, onWait: () => waited.push(name) },
    );
  const all = [work('a'), work('b'), work('c'), work('d')];
  await settled();
  expect([begun, waited]).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  ends[0]?.();
  await settled();
  expect(begun).toEqual(['a', 'b', 'c']);
  for (let index = 1; index < 4; index++) {
    ends[index]?.();
    await settled();
  }
  await Promise.all(all);
});

test('a place is free again after a failure', async () => {
  const places = createPlaces(1);
  await expect(places.take(() => Promise.reject(new Error('no')), { signal })).rejects.toThrow('no');
  expect(await places.take(async () => 'yes', { signal })).toBe('yes');
});

test('who waits can give up, and keeps nobody from a place', async () => {
  const places = createPlaces(1);
  const controller = new AbortController();
  let end = (): void => undefined;
  const first = places.take(() => new Promise<void>((resolve) => (end = resolve)), { signal });
  const second = places.take(async () => 'second', { signal: controller.signal });
  const third = places.take(async () => 'third', { signal });
  controller.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
  end();
  await first;
  expect(await third).toBe('third');
});
