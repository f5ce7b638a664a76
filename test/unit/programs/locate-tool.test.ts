import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PrerequisiteError } from '../../../packages/base/src/errors.js';
import { locateInstalled, locateTool } from '../../../src/programs/locate-tool.js';
import { resolveTool } from '../../../src/programs/resolve-tool.js';
import { installedPath } from '../../../src/programs/tool-folder.js';
import { pinned } from '../../helpers/pinned.js';
import { versionScript } from '../../helpers/release-server.js';
import { createToolWorld, writeProgram } from '../../helpers/tool-context.js';

describe('where a tool is looked for', () => {
  test('on PATH first', async () => {
    const { ctx, bin } = await createToolWorld();
    const path = await writeProgram(join(bin, 'consul'), versionScript('consul', '1.21.4'));
    await writeProgram(installedPath(ctx, 'consul', pinned.consul), versionScript('consul', pinned.consul));
    expect(await resolveTool(ctx, 'consul')).toMatchObject({ name: 'consul', path, version: '1.21.4', source: 'path' });
  });

  test('then in the tools folder', async () => {
    const { ctx } = await createToolWorld();
    const path = await writeProgram(installedPath(ctx, 'nomad', pinned.nomad), versionScript('nomad', pinned.nomad));
    expect(await resolveTool(ctx, 'nomad')).toMatchObject({ path, version: pinned.nomad, source: 'installed' });
  });

  test('a file on PATH that may not be executed is passed over', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeFile(join(bin, 'consul'), versionScript('consul', pinned.consul), { mode: 0o644 });
    expect(await locateTool(ctx, 'consul')).toEqual({ rejected: [] });
  });

  test('tofu does for terraform, by its own range', async () => {
    const { ctx, bin } = await createToolWorld();
    const path = await writeProgram(join(bin, 'tofu'), versionScript('tofu', '1.10.6'));
    expect(await resolveTool(ctx, 'terraform')).toMatchObject({ name: 'terraform', program: 'tofu', path, version: '1.10.6' });
  });

  test('terraform is preferred to tofu', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeProgram(join(bin, 'tofu'), versionScript('tofu', '1.10.6'));
    await writeProgram(join(bin, 'terraform'), versionScript('terraform', '1.11.4'));
    expect(await resolveTool(ctx, 'terraform')).toMatchObject({ program: 'terraform', version: '1.11.4' });
  });
});

describe('an exact version', () => {
  test('passes over another one on PATH', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeProgram(join(bin, 'consul'), versionScript('consul', pinned.consul));
    const path = await writeProgram(installedPath(ctx, 'consul', '1.21.0'), versionScript('consul', '1.21.0'));
    const { tool, rejected } = await locateTool(ctx, 'consul', '1.21.0');
    expect(tool).toMatchObject({ path, version: '1.21.0' });
    expect(rejected[0]?.because).toBe(`consul ${pinned.consul} at ${join(bin, 'consul')} is not used: 1.21.0 is asked for`);
  });

  test('that is nowhere is named with the command that gets it', async () => {
    const { ctx } = await createToolWorld();
    await expect(resolveTool(ctx, 'consul', '1.21.5')).rejects.toMatchObject({
      message: 'consul was not found (1.21.5)',
      next: 'nomadctl tools install consul --version 1.21.5',
      exitCode: 3,
    });
  });
});

describe('a program that will not do is named', () => {
  test('too old', async () => {
    const { ctx, bin } = await createToolWorld();
    const path = await writeProgram(join(bin, 'consul'), versionScript('consul', '1.2.0'));
    const failure = await resolveTool(ctx, 'consul').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PrerequisiteError);
    expect(failure).toMatchObject({
      code: 'tool-unusable',
      why: [`consul 1.2.0 at ${path} is not used: older than 1.18.0, the oldest that nomadctl works with`],
      next: 'nomadctl tools install consul',
    });
  });

  test.each([
    ['prints nonsense', '#!/bin/sh\necho "I like trains"\n', 'asked for its version it printed "I like trains"'],
    ['prints control characters', '#!/bin/sh\nprintf "\\033[2Jboo"\n', 'asked for its version it printed "?[2Jboo"'],
    ['prints nothing', '#!/bin/sh\n', 'asked for its version it printed nothing'],
    ["prints another program's version", versionScript('nomad', pinned.nomad), `asked for its version it printed "Nomad v${pinned.nomad}"`],
    ['fails', '#!/bin/sh\necho broken >&2\nexit 4\n', 'exited with 4: "broken")'],
  ])('%s', async (_, script, said) => {
    const { ctx, bin } = await createToolWorld();
    const path = await writeProgram(join(bin, 'consul'), script);
    const { rejected } = await locateTool(ctx, 'consul');
    expect(rejected[0]?.because).toContain(`${path} is not used`);
    expect(rejected[0]?.because).toContain(said);
  });

  test('and the one in the tools folder is used instead', async () => {
    const { ctx, bin } = await createToolWorld();
    await writeProgram(join(bin, 'consul'), '#!/bin/sh\necho nonsense\n');
    await writeProgram(installedPath(ctx, 'consul', pinned.consul), versionScript('consul', pinned.consul));
    const { tool, rejected } = await locateTool(ctx, 'consul');
    expect(tool?.source).toBe('installed');
    expect(rejected).toHaveLength(1);
  });
});

test('a version newer than tested is used with a warning', async () => {
  const { ctx, bin } = await createToolWorld();
  const path = await writeProgram(join(bin, 'nomad'), versionScript('nomad', '1.99.0'));
  expect((await resolveTool(ctx, 'nomad')).warning).toBe(
    `nomad 1.99.0 at ${path} is newer than 1.11, the newest that nomadctl was tested with`,
  );
});

test('a broken program in the tools folder does not count as installed', async () => {
  const { ctx } = await createToolWorld();
  await writeProgram(installedPath(ctx, 'consul', pinned.consul), '#!/bin/sh\nexit 1\n');
  const { tool, rejected } = await locateInstalled(ctx, 'consul', pinned.consul);
  expect(tool).toBeUndefined();
  expect(rejected).toHaveLength(1);
});

describe('a program is asked once', () => {
  const counting = (log: string, version: string): string => `#!/bin/sh\necho asked >> ${log}\necho "Consul v${version}"\n`;

  test('as long as its file stays the same', async () => {
    const { ctx, bin, folder } = await createToolWorld();
    const log = join(folder, 'log');
    const path = await writeProgram(join(bin, 'consul'), counting(log, pinned.consul));
    for (let i = 0; i < 3; i++) await resolveTool(ctx, 'consul');
    expect(await readFile(log, 'utf8')).toBe('asked\n');
    await writeProgram(path, counting(log, '1.21.99'));
    expect((await resolveTool(ctx, 'consul')).version).toBe('1.21.99');
    await utimes(path, 1, 1);
    await resolveTool(ctx, 'consul');
    expect(await readFile(log, 'utf8')).toBe('asked\nasked\nasked\n');
  });

  test.each(['', 'not json', '{"version":2,"probes":{}}', '{"version":1,"probes":{"x":3}}', '[]'])(
    'and a cache that holds %j is as good as none',
    async (content) => {
      const { ctx, bin } = await createToolWorld();
      await writeProgram(join(bin, 'consul'), versionScript('consul', pinned.consul));
      await resolveTool(ctx, 'consul');
      await writeFile(join(ctx.paths.home, 'tool-probes.json'), content);
      expect((await resolveTool(ctx, 'consul')).version).toBe(pinned.consul);
      expect(JSON.parse(await readFile(join(ctx.paths.home, 'tool-probes.json'), 'utf8'))).toMatchObject({ version: 1 });
    },
  );

  test('and a home that cannot be written costs only time', async () => {
    const { ctx, bin, folder } = await createToolWorld();
    await writeProgram(join(bin, 'consul'), versionScript('consul', pinned.consul));
    // A file where the home's folder should be: nobody, not even root, can write below it.
    await writeFile(join(folder, 'home'), '');
    expect((await resolveTool(ctx, 'consul')).version).toBe(pinned.consul);
  });
});
