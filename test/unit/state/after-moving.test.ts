import { expect, onTestFinished, test } from 'vitest';
import { writeFileAtomic } from '../../../packages/base/src/atomic-write.js';
import { rootOf } from '../../../src/terraform/root.js';
import { hintLine } from '../../helpers/hint-line.js';
import { parseCommand } from '../../helpers/parse-command.js';
import { startStateServer } from '../../helpers/state-server.js';
import { createTestContext } from '../../helpers/test-context.js';

const resources = [{ mode: 'managed', type: 'nomad_job', name: 'this', instances: [{ attributes: { id: 'web' } }] }];
const state = JSON.stringify({ version: 4, serial: 3, lineage: 'one', outputs: {}, resources });

async function scene(file: string, root: 'jobs' | 'network') {
  const server = await startStateServer();
  onTestFinished(() => server.end());
  const ctx = await createTestContext({ env: server.env, global: { yes: true } });
  const paths = ctx.paths.cluster('prod');
  await writeFileAtomic(paths.file, `version: 1\nname: prod\n${file}\n`);
  const next = async (...words: string[]) => {
    const parsed = await parseCommand(['state', ...words], ctx);
    return hintLine((await parsed?.command.run(parsed, ctx))?.next);
  };
  const backend = () => next('backend', 'http', '--address', server.url);
  return { next, backend, keep: () => writeFileAtomic(rootOf(paths, root).state, state) };
}

test.each([
  ['target: local', 'jobs', 'nomadctl job deploy <job-file> --via terraform', 'nomadctl state doctor prod'],
  ['target: ucloud\nprojectId: org-abc123\nallowIp: [203.0.113.7/32]', 'network', 'nomadctl up prod', 'nomadctl up prod --plan'],
] as const)('after states have moved, what comes next fits the cluster: %s', async (file, root, first, moved) => {
  const { next, backend, keep } = await scene(file, root);
  expect(await backend()).toBe(first);
  await next('backend', 'local');
  await keep();
  expect(await backend()).toBe('nomadctl state migrate prod   moves them');
  expect(await next('migrate', 'prod')).toBe(moved);
  expect(await next('migrate', 'prod')).toBe('');
});
