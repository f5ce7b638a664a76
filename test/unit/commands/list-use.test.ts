import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { command as list } from '../../../src/commands/list.js';
import { command as use } from '../../../src/commands/use.js';
import { writeFileAtomic } from '../../../packages/base/src/atomic-write.js';
import { UsageError } from '../../../packages/base/src/errors.js';
import { createTestContext, type TestContextOptions } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

async function contextWith(names: readonly string[], options: TestContextOptions = {}) {
  const ctx = await createTestContext(options);
  for (const name of names) await writeFileAtomic(ctx.paths.cluster(name).file, `version: 1\nname: ${name}\ntarget: local\nclients: 3\n`);
  return ctx;
}

type Ctx = Awaited<ReturnType<typeof contextWith>>;
const shown = async (ctx: Ctx): Promise<string> => (await list.run({ args: {}, flags: {} }, ctx))?.text ?? '';

describe('list', () => {
  it('says how to begin where there are none', async () => {
    expect((await list.run({ args: {}, flags: {} }, await contextWith([])))?.next).toEqual('nomadctl up');
  });

  it('shows each cluster with its size and state, and marks the current one', async () => {
    const ctx = await contextWith(['dev', 'prod'], { env: { NOMADCTL_CLUSTER: 'prod' } });
    await writeFileAtomic(ctx.paths.cluster('torn').journal, '{');
    const lines = (await shown(ctx)).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^ {3}dev +local +down +1 server, 3 clients/);
    expect(lines[2]).toMatch(/^\* {2}prod/);
    expect(lines[3]).toMatch(/^ {3}torn +- +unreadable/);
  });
});

describe('use', () => {
  const choose = async (ctx: Ctx, name: string) => use.run({ args: { name }, flags: {} }, ctx);

  it('makes a cluster the current one', async () => {
    const ctx = await contextWith(['dev', 'prod']);
    expect((await choose(ctx, 'prod'))?.text).toBe('The current cluster is prod');
    expect(await readFile(ctx.paths.currentFile, 'utf8')).toBe('prod\n');
    expect(await shown(ctx)).toMatch(/^\* {2}prod/m);
  });

  it('--plan changes nothing, and --exit-code tells whether it would', async () => {
    const ctx = await contextWith(['dev', 'prod']);
    const plan = async (name: string) => use.run({ args: { name }, flags: { plan: true, exitCode: true } }, ctx);
    await choose(ctx, 'dev');
    const planned = await plan('prod');
    expect(planned?.text).toBe('Would make prod the current cluster; now it is dev (nomadctl use). Nothing was changed.');
    expect(planned?.exitCode).toBe(10);
    expect(await readFile(ctx.paths.currentFile, 'utf8')).toBe('dev\n');
    expect(await plan('dev')).toMatchObject({ text: 'dev is the current cluster already', exitCode: 0 });
    expect(await thrown(() => plan('prd'))).toBeInstanceOf(UsageError);
  });

  it('refuses one that is not there', async () => {
    const ctx = await contextWith(['dev', 'prod']);
    expect(await thrown(() => choose(ctx, 'prd'))).toBeInstanceOf(UsageError);
  });

  it('says when a variable is stronger', async () => {
    const ctx = await contextWith(['dev', 'prod'], { env: { NOMADCTL_CLUSTER: 'dev' } });
    await choose(ctx, 'prod');
    expect(ctx.recorded.warnings).toEqual(['NOMADCTL_CLUSTER=dev is set, and stronger']);
  });
});
