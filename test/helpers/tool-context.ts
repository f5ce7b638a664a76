import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from '../../src/context.js';
import { createTestContext } from './test-context.js';
import { tempHome } from './temp-home.js';

export interface ToolWorld {
  readonly ctx: Context;
  /** The first folder on PATH, for programs of the test's own. */
  readonly bin: string;
  readonly folder: string;
}

/** A context whose PATH has the test's own programs and the system's shell, and nothing of what nomadctl looks for. */
export async function createToolWorld(env: Readonly<Record<string, string>> = {}, overrides: Partial<Context> = {}): Promise<ToolWorld> {
  const folder = await tempHome();
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const options = { home: join(folder, 'home'), env: { PATH: `${bin}:${await shellOnly(folder)}`, HOME: folder, ...env } };
  return { bin, folder, ctx: await createTestContext({ ...options, overrides: { arch: 'x64', platform: 'linux', ...overrides } }) };
}

/** Scripts need a few programs; /usr/bin itself may hold a redis-server or a terraform. */
async function shellOnly(folder: string): Promise<string> {
  const dir = join(folder, 'system');
  await mkdir(dir);
  for (const name of ['sh', 'cat', 'sleep', 'chmod', 'mkdir', 'date', 'rm']) {
    await writeProgram(join(dir, name), `#!/bin/sh\nexec /bin/${name} "$@"\n`);
  }
  return dir;
}

export async function writeProgram(path: string, script: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}
