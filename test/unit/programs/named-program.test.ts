import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { namedPrograms, programFlags, programOptions } from '../../../src/config/program-options.js';
import type { Context } from '../../../src/context.js';
import { createExec } from '../../../src/tools/exec.js';
import { findProgram, inspectPath } from '../../../src/programs/find-program.js';
import { inspectTool, locateTool } from '../../../src/programs/locate-tool.js';
import { resolveTool } from '../../../src/programs/resolve-tool.js';
import { hintLine } from '../../helpers/hint-line.js';
import { versionScript } from '../../helpers/release-server.js';
import { createToolWorld, writeProgram, type ToolWorld } from '../../helpers/tool-context.js';

type Kind = 'flag' | 'environment' | 'file';

/** A context in which a program is named in this way. */
function naming({ ctx }: ToolWorld, kind: Kind, [program, file]: readonly [string, string]): Context {
  const { variable } = programFlags.find((flag) => flag.program === program) ?? { variable: '' };
  const env = kind === 'environment' ? { ...ctx.env, [variable]: file } : ctx.env;
  const programs = namedPrograms({ env, ...(kind === 'flag' ? { flags: { [program]: file } } : {}) });
  if (kind === 'file') programs.learn([{ program, file, where: '/home/clusters/dev/cluster.yaml:9', kind }]);
  return { ...ctx, env, programs, exec: createExec(env, programs), given: { path: ['doctor'], args: {}, flags: {} } };
}

const WAYS: readonly (readonly [Kind, string, again: string])[] = [
  ['flag', '--consul-bin', 'nomadctl doctor --consul-bin <file>'],
  ['environment', 'NOMADCTL_CONSUL_BIN', ''],
  ['file', '/home/clusters/dev/cluster.yaml:9', 'nomadctl config set programs.consul <file>'],
];

test('each program has a flag, a variable and a setting, which are named alike', () => {
  expect(programFlags.map(({ program }) => `programs.${program}`)).toEqual(Object.keys(programOptions));
  expect(programFlags).toContainEqual({ program: 'ssh-keygen', flag: '--ssh-keygen-bin', variable: 'NOMADCTL_SSH_KEYGEN_BIN' });
  for (const wanted of ['consul', 'nomad', 'packer', 'terraform', 'tofu', 'go', 'docker', 'ssh', 'redis-server', 'redis-cli'])
    expect(Object.keys(programOptions)).toContain(`programs.${wanted}`);
  expect(programOptions['programs.consul'].check?.('bin/consul')).toBe('must be a whole path, from /');
  expect(programOptions['programs.consul'].check?.('')).toBeUndefined();
});

describe.each(WAYS)('a program that is named by a %s', (kind, where, again) => {
  const next = (what: string): string => again || `set ${where} to ${what}, or: unset ${where}`;

  test('is taken instead of the one on PATH, and told with who named it', async () => {
    const world = await createToolWorld();
    await writeProgram(join(world.bin, 'consul'), versionScript('consul', '1.22.3'));
    const file = await writeProgram(join(world.folder, 'elsewhere', 'consul'), versionScript('consul', '1.20.1'));
    const ctx = naming(world, kind, ['consul', file]);
    expect(await resolveTool(ctx, 'consul')).toMatchObject({ path: file, version: '1.20.1', source: 'named', namedBy: where });
    expect((await ctx.exec.run('consul', ['version'])).stdout).toContain('1.20.1');
    expect(await inspectPath(ctx, 'consul')).toEqual({ path: file, text: `${file}, named by ${where}` });
  });

  test('and is not there, may not run, or is no whole path: no other one is taken', async () => {
    const world = await createToolWorld();
    await writeProgram(join(world.bin, 'consul'), versionScript('consul', '1.22.3'));
    const plain = await writeProgram(join(world.folder, 'plain'), versionScript('consul', '1.22.3'));
    await chmod(plain, 0o644);
    await mkdir(join(world.folder, 'folder'));
    for (const [file, why] of [
      ['/nowhere/consul', 'there is no such file'],
      [plain, 'it may not be executed'],
      [join(world.folder, 'folder'), 'it is no file'],
      ['bin/consul', 'it must be a whole path, from /: commands are given in many folders'],
    ] as const) {
      const ctx = naming(world, kind, ['consul', file]);
      const error = { exitCode: 3, code: 'named-program-missing', message: `${where} names no program: "${file}"`, why: [why] };
      for (const find of [resolveTool(ctx, 'consul'), locateTool(ctx, 'consul'), findProgram(ctx, 'consul')]) {
        await expect(find).rejects.toMatchObject(error);
      }
      const { tool, remarks, mend } = await inspectTool(ctx, 'consul');
      expect({ tool, remarks }).toEqual({ tool: undefined, remarks: [`${where} names no program: "${file}": ${why}`] });
      expect(mend && hintLine(mend, ctx.given)).toBe(next('the path of consul'));
    }
    await expect(naming(world, kind, ['consul', '/nowhere/consul']).exec.run('consul', ['version'])).rejects.toMatchObject({
      code: 'named-program-missing',
    });
  });

  test('and is of a version that will not do: no other one is taken', async () => {
    const world = await createToolWorld();
    await writeProgram(join(world.bin, 'consul'), versionScript('consul', '1.22.3'));
    const file = await writeProgram(join(world.folder, 'elsewhere', 'consul'), versionScript('consul', '1.2.0'));
    const ctx = naming(world, kind, ['consul', file]);
    const error = await resolveTool(ctx, 'consul').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      exitCode: 3,
      code: 'named-program-unusable',
      message: `the program that ${where} names will not do`,
      why: [expect.stringContaining(`consul 1.2.0 at ${file} is not used: older than 1.18.0`)],
    });
    expect(hintLine((await inspectTool(ctx, 'consul')).mend, ctx.given)).toBe(next('another consul'));
  });
});

test('a flag is stronger than a variable, a variable than the cluster file; another file forgets what the first one named', () => {
  const settings = [{ program: 'ssh', file: '/file', where: 'cluster.yaml:3', kind: 'file' as const }];
  const env = { NOMADCTL_SSH_BIN: '/variable' };
  const all = namedPrograms({ flags: { ssh: '/flag' }, env });
  const variable = namedPrograms({ env });
  const file = namedPrograms({ env: { NOMADCTL_SSH_BIN: '' } });
  for (const programs of [all, variable, file]) programs.learn(settings);
  expect([all, variable, file].map((programs) => programs.of('ssh')?.file)).toEqual(['/flag', '/variable', '/file']);
  expect(file.all()).toEqual(settings);
  file.learn([]);
  expect(file.of('ssh')).toBeUndefined();
  expect(file.of('no-program')).toBeUndefined();
});

test('tofu may be named in place of terraform, and the stronger name counts', async () => {
  const world = await createToolWorld();
  await writeProgram(join(world.bin, 'terraform'), versionScript('terraform', '1.11.4'));
  const tofu = await writeProgram(join(world.folder, 'elsewhere', 'tofu'), versionScript('tofu', '1.10.0'));
  expect(await resolveTool(naming(world, 'environment', ['tofu', tofu]), 'terraform')).toMatchObject({ path: tofu, program: 'tofu' });
  const programs = namedPrograms({ flags: { tofu }, env: { NOMADCTL_TERRAFORM_BIN: join(world.bin, 'terraform') } });
  expect(await resolveTool({ ...world.ctx, programs }, 'terraform')).toMatchObject({ path: tofu, source: 'named', namedBy: '--tofu-bin' });
});
