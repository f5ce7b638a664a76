import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createExec } from '../../../src/tools/exec.js';
import { findProgram } from '../../../src/programs/find-program.js';
import { resolveTool } from '../../../src/programs/resolve-tool.js';
import { versionScript } from '../../helpers/release-server.js';
import { createToolWorld, writeProgram } from '../../helpers/tool-context.js';

describe('a program that its variable names', () => {
  test('is taken instead of the one on PATH', async () => {
    const world = await createToolWorld();
    await writeProgram(join(world.bin, 'terraform'), versionScript('terraform', '1.11.4'));
    const file = await writeProgram(join(world.folder, 'elsewhere', 'terraform'), versionScript('terraform', '1.9.0'));
    const ctx = { ...world.ctx, env: { ...world.ctx.env, NOMADCTL_TERRAFORM_BIN: file } };
    expect(await resolveTool(ctx, 'terraform')).toMatchObject({ path: file, version: '1.9.0', source: 'named', program: 'terraform' });
  });

  test('may be tofu in place of terraform', async () => {
    const world = await createToolWorld();
    await writeProgram(join(world.bin, 'terraform'), versionScript('terraform', '1.11.4'));
    const file = await writeProgram(join(world.folder, 'elsewhere', 'tofu'), versionScript('tofu', '1.10.0'));
    const ctx = { ...world.ctx, env: { ...world.ctx.env, NOMADCTL_TOFU_BIN: file } };
    expect(await resolveTool(ctx, 'terraform')).toMatchObject({ path: file, program: 'tofu', source: 'named' });
  });

  test('and is not there: no other one is taken', async () => {
    const world = await createToolWorld({ NOMADCTL_CONSUL_BIN: '/nowhere/consul' });
    await writeProgram(join(world.bin, 'consul'), versionScript('consul', '1.22.3'));
    await expect(resolveTool(world.ctx, 'consul')).rejects.toMatchObject({
      exitCode: 3,
      message: 'NOMADCTL_CONSUL_BIN names no program: "/nowhere/consul"',
      why: ['/nowhere/consul is no file that may be run'],
      next: 'set NOMADCTL_CONSUL_BIN to the path of consul, or: unset NOMADCTL_CONSUL_BIN',
    });
  });

  test('and is of a version that will not do: no other one is taken', async () => {
    const world = await createToolWorld();
    await writeProgram(join(world.bin, 'packer'), versionScript('packer', '1.8.6'));
    const file = await writeProgram(join(world.folder, 'elsewhere', 'packer'), versionScript('packer', '1.11.0'));
    const ctx = { ...world.ctx, env: { ...world.ctx.env, NOMADCTL_PACKER_BIN: file } };
    await expect(resolveTool(ctx, 'packer')).rejects.toMatchObject({
      exitCode: 3,
      message: 'the program that NOMADCTL_PACKER_BIN names will not do',
      why: [expect.stringContaining(`packer 1.11.0 at ${file} is not used: 1.10.0 or newer`)],
      next: 'set NOMADCTL_PACKER_BIN to another packer, or: unset NOMADCTL_PACKER_BIN',
    });
  });

  test('is what runs and what doctor finds, for ssh as for others', async () => {
    const { folder } = await createToolWorld();
    const file = await writeProgram(join(folder, 'elsewhere', 'my-ssh'), '#!/bin/sh\necho "mine $1"\n');
    const env = { NOMADCTL_SSH_BIN: file };
    expect((await createExec(env).run('ssh', ['-V'])).stdout).toBe('mine -V');
    expect(await findProgram({ env }, 'ssh')).toBe(file);
  });
});
