import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { acquireLock, lockOwner, underLock } from '../../../src/engine/lock.js';
import { LockedError, ToolError } from '../../../packages/base/src/errors.js';
import { identify } from '../../../packages/base/src/process-identity.js';
import { lockFile, lockTakers } from '../../helpers/lock-taker.js';
import { thrown } from '../../helpers/thrown.js';
import { canMount, tinyDisk } from '../../helpers/tiny-disk.js';
import { hintLine } from '../../helpers/hint-line.js';

const takers = lockTakers();

test('is taken, seen, and gone when released', async () => {
  const path = await lockFile();
  const lock = await acquireLock(path, 'nomadctl up dev', 1000);
  expect(await lockOwner(path)).toMatchObject({ pid: process.pid, command: 'nomadctl up dev', host: hostname(), since: 1000 });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await lock.release();
  expect(await lockOwner(path)).toBeUndefined();
  expect(await readdir(dirname(path))).toEqual([]);
});

test('a second run, of this process or another, is told who holds it since when', async () => {
  const path = await lockFile();
  const holder = takers.start(path);
  expect(await holder.outcome).toBe('held');
  const error = await thrown(() => acquireLock(path, 'nomadctl down dev', Date.now()));
  expect(error).toBeInstanceOf(LockedError);
  expect(error).toMatchObject({ code: 'lock-held', exitCode: 5 });
  expect(error.message).toContain(`nomadctl up dev (process ${holder.child.pid})`);
  expect(error.why[0]).toMatch(/since \d{4}-.*Z, \d+ s ago/);
  expect(hintLine(error.next)).toContain(`kill -INT ${holder.child.pid}`);
  expect(error.details).toEqual({ pid: holder.child.pid, host: hostname(), since: expect.any(Number), command: 'nomadctl up dev' });
});

test('waits for nobody: the lock of a killed run is taken over at once', async () => {
  const path = await lockFile();
  await takers.leaveStale(path);
  expect(await lockOwner(path)).toBeUndefined();
  const lock = await acquireLock(path, 'nomadctl up dev', Date.now());
  expect(await lockOwner(path)).toMatchObject({ pid: process.pid });
  await lock.release();
  expect(await readdir(dirname(path))).toEqual([]);
});

describe('something short under the lock', () => {
  const asked = { command: 'nomadctl config set', now: 1000 };

  test('has it to itself, and leaves it free', async () => {
    const path = await lockFile();
    const work = async (): Promise<string> => {
      expect(await lockOwner(path)).toMatchObject({ command: 'nomadctl config set', since: 1000 });
      await expect(underLock(path, asked, async () => expect.unreachable())).rejects.toThrow(LockedError);
      return 'done';
    };
    expect(await underLock(path, asked, work)).toBe('done');
    expect(await lockOwner(path)).toBeUndefined();
  });

  test('leaves it free after a failure, too', async () => {
    const path = await lockFile();
    const broken = new ToolError('it broke', { code: 'tool-failed' });
    expect(await thrown(() => underLock(path, asked, () => Promise.reject(broken)))).toBe(broken);
    expect(await lockOwner(path)).toBeUndefined();
  });
});

describe('a stale lock', () => {
  const stale = (changes: object): string =>
    JSON.stringify({ ...identify(process.pid), command: 'nomadctl up', host: hostname(), since: 0, token: 'x', ...changes });

  test.each([
    ['of another process with the same id', stale({ started: 'another boot/1' })],
    ['of a process that is gone', stale({ pid: 2 ** 22 + 1 })],
    ['that is torn', stale({}).slice(0, 20)],
    ['that is empty', ''],
    ['that holds something else', '[1,2,3]'],
  ])('%s is taken over', async (_name, content) => {
    const path = await lockFile();
    await (await acquireLock(path, 'makes the folder', 0)).release();
    await writeFile(path, content);
    const lock = await acquireLock(path, 'nomadctl up', Date.now());
    expect(await lockOwner(path)).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  test('of another machine is respected: nobody can look there', async () => {
    const path = await lockFile();
    await (await acquireLock(path, 'makes the folder', 0)).release();
    await writeFile(path, stale({ host: 'elsewhere', pid: 1 }));
    const error = await thrown(() => acquireLock(path, 'nomadctl up', Date.now()));
    expect(error).toMatchObject({ code: 'lock-held' });
    expect(error.message).toContain('on elsewhere');
    expect(hintLine(error.next)).toBe('wait for it, or stop it on elsewhere: kill -INT 1');
  });

  test.each([
    ['in the future', Date.now() + 3_600_000],
    ['long ago', 0],
  ])('a clock that was set does not matter: a living owner since %s holds it', async (_name, since) => {
    const path = await lockFile();
    const lock = await acquireLock(path, 'nomadctl up', since);
    const error = await thrown(() => acquireLock(path, 'nomadctl down', Date.now()));
    expect(error).toMatchObject({ code: 'lock-held' });
    expect(error.why.join()).not.toMatch(/-\d+ s ago|NaN/);
    await lock.release();
  });
});

test('releasing leaves alone a lock that somebody else has taken', async () => {
  const path = await lockFile();
  const lock = await acquireLock(path, 'nomadctl up', 0);
  await writeFile(path, 'another');
  await lock.release();
  expect(await readFile(path, 'utf8')).toBe('another');
});

test('releasing after the folder was removed is no failure', async () => {
  const path = await lockFile();
  const lock = await acquireLock(path, 'nomadctl down', 0);
  await rm(dirname(path), { recursive: true });
  await lock.release();
});

test('a run that died while taking over a dead one does not lock the next one out', async () => {
  const path = await lockFile();
  await takers.leaveStale(path);
  const stale = await readFile(path, 'utf8');
  const claim = `${path}.${createHash('sha256').update(stale).digest('hex').slice(0, 16)}.claim`;
  await writeFile(claim, stale);
  const lock = await acquireLock(path, 'nomadctl up', Date.now());
  expect(await lockOwner(path)).toMatchObject({ pid: process.pid });
  await lock.release();
  expect(await readdir(dirname(path))).toEqual([]);
});

describe.skipIf(!canMount)('disks (needs root, to mount one)', () => {
  test('a full one is named', async () => {
    const { path: disk } = await tinyDisk();
    await writeFile(join(disk, 'filler'), 'x'.repeat(64 * 1024)).catch(() => undefined);
    expect(await thrown(() => acquireLock(join(disk, 'lock'), 'nomadctl up', 0))).toMatchObject({ code: 'disk-full', exitCode: 3 });
  });

  test('a read-only one is named', async () => {
    const { path: disk, makeReadOnly } = await tinyDisk();
    makeReadOnly();
    expect(await thrown(() => acquireLock(join(disk, 'dev', 'lock'), 'nomadctl up', 0))).toMatchObject({
      code: 'not-writable',
      exitCode: 3,
    });
  });
});
