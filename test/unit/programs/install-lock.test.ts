import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../../src/context.js';
import { identify } from '../../../packages/base/src/process-identity.js';
import { installingNow, withInstallLock } from '../../../src/programs/install-lock.js';
import { lockFile } from '../../../src/programs/tool-folder.js';
import { createToolWorld } from '../../helpers/tool-context.js';

async function world(): Promise<{ readonly ctx: Context; readonly folder: string; leave(content: string): Promise<void> }> {
  const { ctx } = await createToolWorld();
  const folder = join(ctx.paths.tools, '.locks');
  await mkdir(folder, { recursive: true });
  return { ctx, folder, leave: (content) => writeFile(lockFile(ctx, 'consul'), content) };
}

const ownerOf = (changes: object): string => JSON.stringify({ ...identify(process.pid), host: hostname(), token: 'x', ...changes });
const silent = (): void => undefined;

test('the next run waits for the one that installs, and says for whom', async () => {
  const { ctx, folder } = await world();
  const said: string[] = [];
  const order: string[] = [];
  const install = (name: string, ms: number) =>
    withInstallLock(ctx, 'consul', {
      report: (text) => said.push(text),
      work: async () => {
        order.push(`${name} begins`);
        await sleep(ms);
        order.push(`${name} ends`);
      },
    });
  const first = install('first', 300);
  await sleep(50);
  expect(await installingNow(ctx, 'consul')).toBe(process.pid);
  await Promise.all([first, install('second', 0)]);
  expect(order).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  expect(new Set(said)).toEqual(new Set([`waiting for process ${process.pid}, which is installing consul`]));
  expect(await readdir(folder)).toEqual([]);
});

describe('a lock', () => {
  test.each([
    ['of a process that is gone', ownerOf({ pid: 2 ** 22 + 1 })],
    ['of an earlier boot', ownerOf({ started: 'another boot/1' })],
    ['that is torn', '{"pid":1'],
  ])('%s is taken over at once', async (_name, content) => {
    const { ctx, folder, leave } = await world();
    await leave(content);
    expect(await installingNow(ctx, 'consul')).toBeUndefined();
    const waitsForNobody = { ...ctx, clock: { ...ctx.clock, sleep: () => Promise.reject(new Error('it waited')) } };
    expect(await withInstallLock(waitsForNobody, 'consul', { report: silent, work: async () => 'worked' })).toBe('worked');
    expect(await readdir(folder)).toEqual([]);
  });

  test('of another computer is respected, until somebody gives up waiting', async () => {
    const { ctx, leave } = await world();
    await leave(ownerOf({ host: 'elsewhere', pid: 7 }));
    let now = 0;
    // Each look at the clock is a quarter of an hour later.
    const impatient = { ...ctx, clock: { ...ctx.clock, now: () => (now += 900_000), sleep: async () => undefined } };
    await expect(withInstallLock(impatient, 'consul', { report: silent, work: async () => undefined })).rejects.toMatchObject({
      code: 'install-lock-held',
      exitCode: 5,
      message: expect.stringContaining('process 7 on elsewhere'),
    });
  });

  test('is given up when the work fails, and when the user no longer waits', async () => {
    const { ctx, folder, leave } = await world();
    await expect(withInstallLock(ctx, 'consul', { report: silent, work: () => Promise.reject(new Error('no')) })).rejects.toThrow('no');
    expect(await readdir(folder)).toEqual([]);
    await leave(ownerOf({ host: 'elsewhere' }));
    const abort = new AbortController();
    const waiting = withInstallLock({ ...ctx, signal: abort.signal }, 'consul', { report: silent, work: async () => undefined });
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow();
  });
});

test('of eight that find a dead one, never two work at once', { timeout: 60_000 }, async () => {
  const { ctx, folder, leave } = await world();
  const hasty = { ...ctx, clock: { ...ctx.clock, sleep: () => sleep(1) } };
  for (let round = 0; round < 40; round++) {
    await leave(`stale ${round}`);
    let [working, most, done] = [0, 0, 0];
    const work = async (): Promise<void> => {
      most = Math.max(most, ++working);
      await sleep(1);
      working--;
      done++;
    };
    const take = async (): Promise<void> => {
      // Not quite together: some look while others have just taken it over.
      await sleep(Math.random() * 6);
      await withInstallLock(hasty, 'consul', { report: silent, work });
    };
    await Promise.all(Array.from({ length: 8 }, take));
    expect([most, done]).toEqual([1, 8]);
  }
  expect(await readdir(folder)).toEqual([]);
});
