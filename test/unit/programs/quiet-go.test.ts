import { namedPrograms } from '../../../src/config/program-options.js';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goEnv } from '../../../src/programs/go-module.js';
import { findProgram } from '../../../src/programs/find-program.js';
import { askVersion } from '../../../src/programs/program-version.js';
import { createToolWorld } from '../../helpers/tool-context.js';

const real = await findProgram({ env: process.env, programs: namedPrograms({ env: process.env }) }, 'go');

test('what Go is told by the folder that ships with us', async () => {
  const { ctx } = await createToolWorld();
  const folder = goEnv(ctx)['TEST_TELEMETRY_DIR'] ?? '';
  expect(await readFile(join(folder, 'mode'), 'utf8')).toBe('off');
});

test.skipIf(real === undefined)('a real Go leaves nothing in the home of the user', async () => {
  const { ctx, folder } = await createToolWorld();
  const home = { ...ctx, env: { ...ctx.env, PATH: process.env['PATH'], HOME: folder, XDG_CONFIG_HOME: undefined } };
  expect(await askVersion(home, 'go', real ?? '')).toMatchObject({ version: expect.any(String) });
  await ctx.exec.run(real ?? '', ['env', 'GOTOOLCHAIN'], { env: { ...goEnv(home), HOME: folder }, signal: ctx.signal });
  expect(existsSync(join(folder, '.config'))).toBe(false);
  expect(existsSync(join(folder, 'Library'))).toBe(false);
});
