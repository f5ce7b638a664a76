import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failoverPlan, stopPlan } from '../../src/plans/job-plans.js';
import { readJob } from '../../src/jobs/report/read-job.js';
import { runJobPlan } from '../../src/plans/run-job-plan.js';
import type { FailoverReport } from '../../src/jobs/job-state.js';
import { serverAt } from '../helpers/ask-agent.js';
import { deploy, templateSource } from '../helpers/job-context.js';
import { requireTool } from '../helpers/require-tool.js';
import { startAgents, type TestCluster } from '../helpers/start-agents.js';
import { createTestContext } from '../helpers/test-context.js';

const hasAll = ['nomad', 'consul', 'redis-server', 'redis-cli'].every((tool) => requireTool(tool) !== undefined);

describe.skipIf(!hasAll)('the redis job on real agents', () => {
  let cluster: TestCluster;
  const env = { PATH: process.env['PATH'] };
  beforeAll(async () => {
    cluster = (await startAgents()) as TestCluster;
  });
  afterAll(() => cluster?.end());

  async function failOver(what: 'allocation' | 'node'): Promise<FailoverReport> {
    const ctx = await createTestContext({ env });
    const source = await templateSource(ctx, 'redis');
    const verify = source.kind === 'template' ? source.manifest.verify : undefined;
    const subject = { connection: cluster.connection, job: { id: 'redis', verify, options: {} } };
    const state = await runJobPlan(ctx, { plan: failoverPlan(what), subject, command: 'nomadctl job verify redis' });
    return state.failover as FailoverReport;
  }

  it('is deployed, healthy and answers through its proxies', async () => {
    const ctx = await createTestContext({ env });
    const state = await deploy({ ctx, connection: cluster.connection, source: await templateSource(ctx, 'redis') });
    expect(state.health?.outcome).toBe('healthy');
    expect(state.checks?.map(({ title, ok }) => [title, ok])).toEqual([
      ['redis in Consul', true],
      ['PING', true],
      ['SET', true],
      ['GET', true],
    ]);
  });

  it('is not registered again when nothing has changed', async () => {
    const ctx = await createTestContext({ env });
    const state = await deploy({ ctx, connection: cluster.connection, source: await templateSource(ctx, 'redis') });
    expect(state.registered).toMatchObject({ unchanged: true, version: 0 });
  });

  it('moves to another node when its allocation is stopped, and web does not notice', async () => {
    const report = await failOver('allocation');
    expect(report.after.id).not.toBe(report.before.id);
    expect(report.after.node).not.toBe(report.before.node);
    expect(report.unchanged?.title).toBe('REDIS_PORT');
    expect(report.downtimeMs).toBeGreaterThan(0);
  });

  it('moves when its node is taken down, and the node comes back', async () => {
    const report = await failOver('node');
    expect(report.after.node).not.toBe(report.before.node);
    expect(report.failedProbes).toBeGreaterThan(0);
    const nodes = (await (await serverAt(cluster.connection).nomad('/v1/nodes')).json()) as { Status: string }[];
    expect(nodes.map(({ Status }) => Status)).toEqual(['ready', 'ready']);
  });

  it('leaves nothing in Consul when it is stopped', async () => {
    const ctx = await createTestContext({ env });
    const subject = { connection: cluster.connection, job: { id: 'redis', options: {} } };
    await runJobPlan(ctx, { plan: stopPlan({ purge: true, leavesGroups: false }), subject, command: 'nomadctl job stop redis --purge' });
    await expect
      .poll(async () => (await serverAt(cluster.connection).consul('/v1/health/service/redis?passing')).json(), { timeout: 15_000 })
      .toEqual([]);
    await expect(readJob(cluster.connection, 'redis', ctx.signal)).rejects.toMatchObject({ code: 'job-unknown' });
  });
});
