import { readdir, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../packages/base/src/make-folder.js';
import { goneAt, keepState, keptStates, markGone } from '../../../src/terraform/kept-states.js';
import { rootOf } from '../../../src/terraform/root.js';
import { tempHome } from '../../helpers/temp-home.js';

const text = (serial: number): string => JSON.stringify({ version: 4, serial, lineage: 'one', resources: [] });

async function scopeAt(now: () => number) {
  const root = rootOf({ dir: await tempHome() }, 'cluster');
  await makeFolder(root.folder);
  const write = (content: string): Promise<void> => writeFile(root.state, content);
  return { root, write, ctx: { clock: { now, sleep: () => Promise.resolve() } } };
}

test('one is kept for each that differs, ten at the most, the newest first', async () => {
  let now = 1000;
  const { write, ...scope } = await scopeAt(() => (now += 10));
  await keepState(scope);
  expect(await keptStates(scope.root)).toEqual([]);
  for (const serial of [1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) {
    await write(text(serial));
    await keepState(scope);
  }
  expect((await keptStates(scope.root)).map(({ state }) => state.serial)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
});

test('what is no state pushes none out', async () => {
  const { write, ...scope } = await scopeAt(() => 5);
  await write(text(1));
  await keepState(scope);
  await write('{"version": 4, "resou');
  await keepState(scope);
  expect((await keptStates(scope.root)).map(({ state }) => state.serial)).toEqual([1]);
});

test('a clock that was set back does not change the order', async () => {
  let now = 9000;
  const { write, ...scope } = await scopeAt(() => (now -= 100));
  for (const serial of [1, 2, 3]) {
    await write(text(serial));
    await keepState(scope);
  }
  expect((await keptStates(scope.root)).map(({ state }) => state.serial)).toEqual([3, 2, 1]);
});

test('copies of what was destroyed no longer count, until something is kept again', async () => {
  let now = 1000;
  const { write, ...scope } = await scopeAt(() => (now += 10));
  await markGone(scope);
  expect(await goneAt(scope.root)).toBeUndefined();
  await write(text(1));
  await keepState(scope);
  await markGone(scope);
  await markGone(scope);
  expect(await keptStates(scope.root)).toEqual([]);
  expect(await goneAt(scope.root)).toBe(1020);
  await write(text(2));
  await keepState(scope);
  expect((await keptStates(scope.root)).map(({ state }) => state.serial)).toEqual([2]);
  expect(await goneAt(scope.root)).toBeUndefined();
  expect(await readdir(scope.root.backups)).toHaveLength(3);
});
