import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command } from '../../../src/commands/history.js';
import { recordLoggedRun } from '../../../src/engine/logged-runs.js';
import { inSession } from '../../../src/engine/session.js';
import { createTestContext } from '../../helpers/test-context.js';

test('the newest run comes first, with its outcome and its logs', async () => {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('dev');
  await inSession(ctx, { cluster: 'dev', paths, command: 'nomadctl up dev' }, async () => {});
  const failing = inSession(ctx, { cluster: 'dev', paths, command: 'nomadctl down dev' }, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  const result = await command.run({ args: { name: 'dev' }, flags: {} }, ctx);
  expect(result?.data).toMatchObject([
    { plan: 'nomadctl down dev', outcome: 'failed' },
    { plan: 'nomadctl up dev', outcome: 'succeeded' },
  ]);
  const lines = (result?.text ?? '').split('\n');
  expect(lines[1]).toContain('nomadctl down dev');
  expect(lines[2]).toContain(paths.logs);
});

test('a cluster that nobody touched has no history', async () => {
  const ctx = await createTestContext();
  expect(await command.run({ args: {}, flags: {} }, ctx)).toMatchObject({ data: [], text: 'Nothing was done to dev yet.' });
});

test('runs of jobs are told beside those of the cluster, and what came of them', async () => {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('dev');
  await inSession(ctx, { cluster: 'dev', paths, command: 'nomadctl up dev' }, async () => {});
  const [id, failed] = ['2999-01-01T00-00-00-000Z', '2999-01-01T00-00-01-000Z'];
  const run = { pid: 1, startedAt: Date.now() + 1000, finishedAt: Date.now() + 3000 };
  await recordLoggedRun(join(paths.logs, id), {
    ...{ ...run, id, plan: 'nomadctl job deploy redis', outcome: 'succeeded', detail: 'version 3, healthy' },
  });
  const detail = `job redis: ${'too long for a line '.repeat(9)}\nand more`;
  await recordLoggedRun(join(paths.logs, failed), {
    ...{ ...run, id: failed, startedAt: run.startedAt + 1, plan: 'nomadctl job stop redis', outcome: 'failed', detail },
  });
  await mkdir(join(paths.logs, 'torn'));
  await writeFile(join(paths.logs, 'torn', 'run.json'), '{"plan":');
  const result = await command.run({ args: { name: 'dev' }, flags: {} }, ctx);
  expect(result?.data).toMatchObject([
    { plan: 'nomadctl job stop redis', outcome: 'failed', detail },
    { plan: 'nomadctl job deploy redis', outcome: 'succeeded', logs: join(paths.logs, id) },
    { plan: 'nomadctl up dev' },
  ]);
  const lines = (result?.text ?? '').split('\n');
  expect(lines[1]).toMatch(/nomadctl job stop redis +failed: job redis: too long.*\.\.\. /);
  expect(lines[2]).toMatch(/nomadctl job deploy redis +succeeded: version 3, healthy .* 2.0 s/);
});

test('logs that are gone are not named', async () => {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('dev');
  await inSession(ctx, { cluster: 'dev', paths, command: 'nomadctl up dev' }, async () => {});
  await rm(paths.logs, { recursive: true });
  const result = await command.run({ args: { name: 'dev' }, flags: {} }, ctx);
  expect(result?.data).toEqual([expect.not.objectContaining({ logs: expect.anything() })]);
  expect(result?.text.split('\n')[1]).toMatch(/ -$/);
});
