import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageInstall } from '../../../src/programs/system-packages.js';
import { createToolWorld, writeProgram, type ToolWorld } from '../../helpers/tool-context.js';
import { hintLine } from '../../helpers/hint-line.js';

const names = { apt: 'redis-server', dnf: 'redis', brew: 'redis' };
const ROOT = 0;
const USER = 1000;

async function logging({ bin }: ToolWorld, ...programs: string[]): Promise<string> {
  for (const name of programs) await writeProgram(join(bin, name), `#!/bin/sh\necho "${name} $*" >> ${bin}/log\n`);
  return join(bin, 'log');
}

test('without a package manager that we know there is no way to offer', async () => {
  const { ctx } = await createToolWorld();
  expect(await packageInstall(ctx, names, ROOT)).toBeUndefined();
});

describe('as root', () => {
  test.each([
    ['apt-get', 'apt-get install redis-server', 'apt-get update\napt-get install -y --no-install-recommends redis-server\n'],
    ['dnf', 'dnf install redis', 'dnf install -y redis\n'],
    ['brew', 'brew install redis', 'brew install redis\n'],
  ])('%s', async (manager, command, calls) => {
    const world = await createToolWorld();
    const log = await logging(world, manager);
    const install = await packageInstall(world.ctx, names, ROOT);
    expect(hintLine(install?.command, { asRoot: '' })).toBe(command);
    await install?.run?.(() => undefined);
    expect(await readFile(log, 'utf8')).toBe(calls);
  });
});

describe('as an ordinary user', () => {
  test('sudo is used where it asks for no password', async () => {
    const world = await createToolWorld();
    const log = await logging(world, 'dnf', 'sudo');
    const install = await packageInstall(world.ctx, names, USER);
    await install?.run?.(() => undefined);
    expect(await readFile(log, 'utf8')).toBe(`sudo -n true\nsudo -n ${join(world.bin, 'dnf')} install -y redis\n`);
  });

  test('where it would ask, there is only the command to paste', async () => {
    const world = await createToolWorld();
    await logging(world, 'dnf');
    await writeProgram(join(world.bin, 'sudo'), '#!/bin/sh\nexit 1\n');
    expect(await packageInstall(world.ctx, names, USER)).toEqual({ command: 'sudo dnf install redis' });
  });

  test('brew needs no sudo', async () => {
    const world = await createToolWorld();
    const log = await logging(world, 'brew');
    await (await packageInstall(world.ctx, names, USER))?.run?.(() => undefined);
    expect(await readFile(log, 'utf8')).toBe('brew install redis\n');
  });
});

test('a failing installation says what the package manager said', async () => {
  const { ctx, bin } = await createToolWorld();
  await writeProgram(join(bin, 'dnf'), '#!/bin/sh\necho "no match for argument: redis" >&2\nexit 1\n');
  const install = await packageInstall(ctx, names, ROOT);
  await expect(install?.run?.(() => undefined)).rejects.toMatchObject({ why: ['no match for argument: redis'], exitCode: 1 });
});
