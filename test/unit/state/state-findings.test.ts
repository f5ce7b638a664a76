import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFileAtomic } from '../../../packages/base/src/atomic-write.js';
import { stateFindings } from '../../../src/state/doctor/state-findings.js';
import { rootsOf } from '../../../src/state/roots-of.js';
import { keepState } from '../../../src/terraform/kept-states.js';
import { rootOf } from '../../../src/terraform/root.js';
import { hintLine } from '../../helpers/hint-line.js';
import { parseCommand } from '../../helpers/parse-command.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

async function scene() {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('prod');
  const roots = await rootsOf(ctx, { name: 'prod', paths });
  const find = async (applied = false) =>
    (await stateFindings({ name: 'prod', paths, roots, applied }, ctx)).map(({ id, ok, found, fix }) => ({
      id,
      ok,
      found,
      fix: hintLine(fix?.command),
    }));
  return { ctx, paths, find };
}

test('a lock of another computer is told with who, since when and what takes it away; of ours only a living one holds, and is no fault', async () => {
  const { ctx, paths, find } = await scene();
  const lock = { pid: 4242, started: 'long ago', command: 'nomadctl up prod', since: ctx.clock.now() - 3 * 3600_000 };
  await writeFileAtomic(paths.lock, JSON.stringify({ ...lock, host: 'gone.example' }));
  expect(await find()).toEqual([
    {
      ...{ id: 'lock', ok: false, found: '"nomadctl up prod" (process 4242 on gone.example) holds the cluster, 3 h ago' },
      fix: `rm ${paths.lock}   when nothing of it runs on gone.example any more`,
    },
  ]);
  await writeFileAtomic(paths.lock, JSON.stringify({ ...lock, host: hostname() }));
  expect(await find()).toEqual([]);
});

test('a state of jobs that is damaged is mended by its copy, or goes aside where there is none', async () => {
  const { ctx, paths, find } = await scene();
  const root = rootOf(paths, 'jobs');
  await writeFileAtomic(root.state, '{"torn');
  expect(await find()).toEqual([
    {
      ...{ id: 'state-jobs', ok: false, found: 'the state of the jobs is damaged: it is no whole JSON' },
      fix: `mv ${root.state} ${root.state}.damaged && nomadctl job deploy <job-file> --via terraform`,
    },
  ]);
  await writeFileAtomic(root.state, JSON.stringify({ version: 4, serial: 1, lineage: 'one', resources: [] }));
  await keepState({ root, ctx });
  expect(await find()).toMatchObject([{ ok: true, found: 'serial 1, 0 resources' }]);
  await writeFileAtomic(root.state, '{"torn');
  expect(await find()).toMatchObject([{ ok: false, fix: expect.stringMatching(/^nomadctl state backup restore jobs-\d+$/) as string }]);
});

test.each([
  ['state recover prod', { code: 'answer-needed', exitCode: 4, message: expect.stringContaining('--project-id') as string }],
  ['state recover prod --project-id org-abc123', { code: 'ucloud-keys-missing', exitCode: 3 }],
])('%s on an empty computer says what is missing', async (line, expected) => {
  const { ctx } = await scene();
  const parsed = await parseCommand(line.split(' '), ctx);
  expect(await thrown(() => parsed?.command.run(parsed, ctx))).toMatchObject(expected);
});

test('a cluster on this computer is recovered by what runs, not by tags', async () => {
  const { ctx, paths } = await scene();
  await writeFileAtomic(paths.file, 'version: 1\nname: prod\ntarget: local\n');
  const parsed = await parseCommand(['state', 'recover', 'prod'], ctx);
  expect(await thrown(() => parsed?.command.run(parsed, ctx))).toMatchObject({ code: 'target-wrong', exitCode: 2 });
});

test('states that others may read are told, and what is to be pasted closes them', async () => {
  const { ctx, paths, find } = await scene();
  const root = rootOf(paths, 'jobs');
  await writeFileAtomic(root.state, JSON.stringify({ version: 4, serial: 1, lineage: 'one', resources: [] }));
  expect(await find()).toMatchObject([{ ok: true }]);
  const left = [`${root.state}.1796030754.backup`, join(root.backups, '1796030754000.errored')];
  for (const file of left) await writeFileAtomic(file, '{}', 0o644);
  await writeFileAtomic(join(root.folder, 'main.tf'), '', 0o644);
  const [, open] = await find();
  expect(open).toEqual({
    ...{ id: 'open-states', ok: false, found: `others may read ${left[0]} and 1 more, which may hold secrets` },
    fix: `chmod 600 ${left.join(' ')}`,
  });
  await ctx.exec.run('sh', ['-c', open?.fix ?? '']);
  expect(await find()).toMatchObject([{ ok: true }]);
});
