import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { tempHome } from '../helpers/temp-home.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'bin/nomadctl.js');
const nodeLts = join(root, 'test/fixtures/node-lts/node_modules/.bin/node');

const ARGV = ['config', 'get', 'clients'];

function envOf(home: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, NOMADCTL_HOME: join(home, 'own'), XDG_CACHE_HOME: join(home, 'cache'), ...more };
}

async function answer(home: string, { node = process.execPath, env = {} }: { node?: string; env?: NodeJS.ProcessEnv } = {}) {
  const { stdout, stderr } = await run(node, [program, ...ARGV], { cwd: home, env: envOf(home, env) });
  return { stdout, stderr };
}

const RIGHT = { stdout: '2\n', stderr: '' };

/** What is in the cache: path -> when it was written. */
async function cached(home: string): Promise<Map<string, number>> {
  const entries = await readdir(join(home, 'cache'), { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(paths.sort().map(async (path) => [path, (await stat(path)).mtimeMs] as const)));
}

/** A home with the cache of one run, and that cache. */
async function warmHome(): Promise<{ home: string; cache: string; size: number }> {
  const home = await tempHome();
  expect(await answer(home)).toEqual(RIGHT);
  const [cache = '', ...others] = (await cached(home)).keys();
  expect(others).toEqual([]);
  return { home, cache, size: (await stat(cache)).size };
}

/** Makes the file look old, so that a new one shows. */
async function age(path: string): Promise<void> {
  await utimes(path, new Date(0), new Date(0));
}

describe('what V8 compiled', () => {
  test('is kept by the first run, for its owner alone, and only read by the next', async () => {
    const { home, cache } = await warmHome();
    expect(basename(cache)).toBe('config-get');
    expect((await stat(cache)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(cache))).mode & 0o777).toBe(0o700);
    const before = await cached(home);
    expect(await answer(home)).toEqual(RIGHT);
    expect(await cached(home)).toEqual(before);
  });

  test.each([
    ['empty', async (path: string) => truncate(path, 0)],
    ['torn', async (path: string) => truncate(path, 100_000)],
    ['zeros from somewhere on', async (path: string) => writeFile(path, (await readFile(path)).fill(0, 50_000))],
    ['zeros', async (path: string) => writeFile(path, (await readFile(path)).fill(0))],
    [
      'of something else',
      async (path: string) => writeFile(path, await readFile(process.execPath).then((bytes) => bytes.subarray(0, 1e5))),
    ],
  ])('is refused when it is %s, and made anew', async (_, spoil) => {
    const { home, cache, size } = await warmHome();
    await spoil(cache);
    await age(cache);
    expect(await answer(home)).toEqual(RIGHT);
    const made = await stat(cache);
    expect(made.mtimeMs).toBeGreaterThan(0);
    expect(made.size).toBeGreaterThan(size * 0.9);
    expect(await answer(home)).toEqual(RIGHT);
  });

  test('is made anew where others may have written it', async () => {
    const { home, cache } = await warmHome();
    await chmod(cache, 0o666);
    await age(cache);
    expect(await answer(home)).toEqual(RIGHT);
    expect((await stat(cache)).mode & 0o777).toBe(0o600);
  });

  test('does without a folder that can be written to', async () => {
    const home = await tempHome();
    await writeFile(join(home, 'file'), '');
    expect(await answer(home, { env: { XDG_CACHE_HOME: join(home, 'file') } })).toEqual(RIGHT);
    expect(await answer(home, { env: { NODE_DISABLE_COMPILE_CACHE: '1' } })).toEqual(RIGHT);
    expect((await cached(home)).size).toBe(0);
  });

  test('never lies in the folder of the package', async () => {
    const before = await readdir(root, { recursive: false });
    await warmHome();
    expect(await readdir(root, { recursive: false })).toEqual(before);
    expect(await readdir(join(root, 'bin'))).toEqual(['keep-compiled.js', 'nomadctl.js', 'open-program.js', 'package.json']);
  });

  test('is whole or not there, whenever a run is killed', async () => {
    const home = await tempHome();
    for (let delay = 20; delay < 260; delay += 12) {
      const child = spawn(process.execPath, [program, ...ARGV], { env: envOf(home), stdio: 'ignore', cwd: home });
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      await Promise.race([sleep(delay), ended]);
      child.kill('SIGKILL');
      await ended;
      for (const path of (await cached(home)).keys())
        if (!/\.\d+$/.test(path)) expect(await readFile(path).then(({ length }) => length)).toBeGreaterThan(100_000);
    }
    expect(await answer(home)).toEqual(RIGHT);
  });

  test('is not kept from the next run by the draft of one that was killed, which goes', async () => {
    const { home, cache } = await warmHome();
    await writeFile(`${cache}.4711`, 'half');
    await age(`${cache}.4711`);
    await writeFile(`${cache}.4712`, 'half');
    await truncate(cache, 0);
    expect(await answer(home)).toEqual(RIGHT);
    expect([...(await cached(home)).keys()]).toEqual([cache, `${cache}.4712`]);
  });

  test.skipIf(!existsSync(nodeLts))('is kept for each version of Node (needs test/fixtures/node-lts)', async () => {
    const { home, cache } = await warmHome();
    expect(await answer(home, { node: nodeLts })).toEqual(RIGHT);
    const both = await cached(home);
    expect(both.size).toBe(2);
    expect([...both.keys()]).toContain(cache);
    for (const node of [process.execPath, nodeLts, process.execPath]) expect(await answer(home, { node })).toEqual(RIGHT);
    expect(await cached(home)).toEqual(both);
  });

  test('of versions that nobody used for a month goes', async () => {
    const { home, cache } = await warmHome();
    const [old, recent] = ['v18.0.0-x64-0123456789abcdef', 'v19.0.0-x64-0123456789abcdef'].map((name) =>
      join(dirname(dirname(cache)), name),
    );
    for (const folder of [old, recent]) await mkdir(folder ?? '');
    await age(old ?? '');
    await chmod(dirname(cache), 0o700);
    // A folder that is new looks for old ones.
    const { home: other } = await warmHome();
    expect(other).not.toBe(home);
    expect(existsSync(old ?? '')).toBe(true);
    await run('mv', [dirname(cache), `${dirname(cache)}x`]);
    expect(await answer(home)).toEqual(RIGHT);
    expect([existsSync(old ?? ''), existsSync(recent ?? '')]).toEqual([false, true]);
  });
});
