import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../../../src/context.js';
import { runPlan } from '../../../../src/engine/run-plan.js';
import { previewPlan } from '../../../../src/engine/preview-plan.js';
import { checkToolsStep } from '../../../../src/steps/tools/check-tools.js';
import type { ClusterState } from '../../../../src/agents/local-state.js';
import type { Exec } from '../../../../src/tools/exec.js';
import { writeFakeGo } from '../../../helpers/fake-go.js';
import { pinned } from '../../../helpers/pinned.js';
import { versionScript } from '../../../helpers/release-server.js';
import { createToolWorld, writeProgram } from '../../../helpers/tool-context.js';

const plan = { id: 'up', steps: [checkToolsStep] };

function subject(consul = 'default', nomad = 'default') {
  return { cluster: { settings: { 'versions.consul': consul, 'versions.nomad': nomad } } };
}

function run(
  ctx: Context,
  { state = {}, versions = subject() }: { state?: Partial<ClusterState>; versions?: ReturnType<typeof subject> } = {},
) {
  return runPlan(plan, ctx, { subject: versions, state });
}

async function withBoth() {
  const world = await createToolWorld();
  const consul = await writeProgram(join(world.bin, 'consul'), versionScript('consul', pinned.consul));
  const nomad = await writeProgram(join(world.bin, 'nomad'), versionScript('nomad', pinned.nomad));
  return { ...world, tools: { consul: { path: consul, version: pinned.consul }, nomad: { path: nomad, version: pinned.nomad } } };
}

test('both are found and handed on, with nothing run', async () => {
  const { ctx, tools } = await withBoth();
  expect(await run(ctx)).toEqual({ state: { tools }, ran: 0 });
});

test('a second look starts no process at all', async () => {
  const { ctx, tools } = await withBoth();
  await run(ctx);
  const refuse = () => Promise.reject(new Error('a process was started'));
  const exec: Exec = { run: refuse, attach: refuse, detach: refuse, converse: refuse };
  expect(await run({ ...ctx, exec })).toEqual({ state: { tools }, ran: 0 });
});

describe('the plan says', () => {
  const preview = async (ctx: Context, state: Partial<ClusterState> = {}, versions = subject()) =>
    (await previewPlan(plan, ctx, { subject: versions, state })).map(({ action, reason }) => `${action}: ${reason}`);

  test('what is missing', async () => {
    const { ctx } = await createToolWorld();
    expect(await preview(ctx)).toEqual(['run: no consul and no nomad that will do']);
  });

  test('that another program is found than last time', async () => {
    const { ctx, tools } = await withBoth();
    const before = { tools: { ...tools, consul: { path: '/gone/consul', version: '1.21.0' } } };
    expect(await checkToolsStep.isDone?.({ ...ctx, ...subject(), state: before })).toEqual({
      done: false,
      because: `consul is now ${pinned.consul} at ${tools.consul.path}`,
    });
  });

  test('that an exact version is asked for', async () => {
    const { ctx } = await withBoth();
    expect(await preview(ctx, {}, subject('1.21.0'))).toEqual(['run: no consul that will do']);
  });
});

test('what is missing is installed', async () => {
  const { ctx, bin } = await createToolWorld({ NOMADCTL_RELEASES_URL: 'http://127.0.0.1:1' });
  const nomad = await writeProgram(join(bin, 'nomad'), versionScript('nomad', pinned.nomad));
  await writeFakeGo(bin);
  const { state, ran } = await run(ctx);
  expect(ran).toBe(1);
  expect(state.tools).toEqual({
    consul: { path: join(ctx.paths.tools, 'consul', pinned.consul, 'consul'), version: pinned.consul },
    nomad: { path: nomad, version: pinned.nomad },
  });
});

test('the detail names versions, and every program that was passed over', async () => {
  const { ctx, bin, tools } = await withBoth();
  await writeProgram(join(ctx.paths.tools, 'consul', pinned.consul, 'consul'), versionScript('consul', pinned.consul));
  await writeProgram(join(bin, 'consul'), '#!/bin/sh\necho nonsense\n');
  const probe = await checkToolsStep.isDone?.({ ...ctx, ...subject(), state: {} });
  expect(probe).toMatchObject({
    done: true,
    detail: `consul ${pinned.consul}, nomad ${pinned.nomad}; ${tools.consul.path} is not used: asked for its version it printed "nonsense"`,
  });
});

test('what is no version is refused before anything is looked for', async () => {
  const { ctx } = await withBoth();
  await expect(run(ctx, { versions: subject('newest') })).rejects.toMatchObject({
    message: '"newest" is no version of consul',
    exitCode: 2,
  });
});
