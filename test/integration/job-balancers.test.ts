import { request } from 'node:http';
import { text as readAll } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preparePlan, scalePlan, verifyPlan } from '../../src/plans/job-plans.js';
import { runJobPlan } from '../../src/plans/run-job-plan.js';
import { serverAt } from '../helpers/ask-agent.js';
import { deploy, planned, templateSource } from '../helpers/job-context.js';
import { requireTool } from '../helpers/require-tool.js';
import { startAgents, type TestCluster } from '../helpers/start-agents.js';
import { createTestContext } from '../helpers/test-context.js';

const hasAll = ['nomad', 'consul', 'fabio', 'consul-template', 'nginx', 'haproxy'].every((tool) => requireTool(tool) !== undefined);

/** As the job's route has it, and the seed's address. */
const HOST = 'microbot.service.consul:9999';

interface Page {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
}

describe.skipIf(!hasAll)('balancers of the catalogue, on a secured cluster', () => {
  let cluster: TestCluster;
  const env = { PATH: process.env['PATH'] };
  const connected = async () => ({ ctx: await createTestContext({ env }), connection: cluster.connection });
  beforeAll(async () => {
    cluster = (await startAgents({ profile: 'secure' })) as TestCluster;
  });
  afterAll(() => cluster?.end());

  async function start(name: string): Promise<(string | boolean)[][]> {
    const at = await connected();
    const state = await deploy({ ...at, source: await templateSource(at.ctx, name) });
    return (state.checks ?? []).map(({ title, ok }) => [title, ok]);
  }

  async function scale(count: number): Promise<void> {
    const { ctx, connection } = await connected();
    const subject = { connection, job: { id: 'microbot', options: {} } };
    await runJobPlan(ctx, { plan: scalePlan('microbot', count), subject, command: 'nomadctl job scale microbot' });
  }

  /** Where an instance of a service is. */
  async function addressOf(service: string): Promise<{ host: string; port: number }> {
    const reply = await serverAt(cluster.connection).consul(`/v1/health/service/${service}?passing`);
    const [found] = (await reply.json()) as { Service: { Address: string; Port: number } }[];
    return { host: found?.Service.Address ?? '', port: found?.Service.Port ?? 0 };
  }

  async function get(service: string, host = HOST): Promise<Page> {
    const at = await addressOf(service);
    return new Promise((resolve, reject) => {
      const asked = request({ ...at, headers: { host }, agent: false }, (reply) => {
        const { statusCode: status = 0, headers } = reply;
        void readAll(reply).then((body) => resolve({ status, body, retryAfter: headers['retry-after'] }), reject);
      });
      asked.on('error', reject).end();
    });
  }

  it('a plan says what the job needs of others, and nothing is said when that is deployed before', async () => {
    const at = await connected();
    const source = await templateSource(at.ctx, 'microbot');
    const route = `its route ${HOST}/`;
    expect((await planned({ ...at, source }, preparePlan)).needs).toEqual([{ job: 'fabio', service: 'fabio', for: route }]);
    const nginx = await planned({ ...at, source: await templateSource(at.ctx, 'nginx'), words: ['service=shop'] }, preparePlan);
    expect(nginx.needs).toEqual([{ job: 'microbot', service: 'shop', for: 'what it sends requests to' }]);
  });

  it('each is deployed with programs of its own, and proves that it reaches every instance', async () => {
    expect(await start('fabio')).toEqual([
      ['fabio in Consul', true],
      ['routes are what Consul says', true],
    ]);
    expect(await start('microbot')).toEqual([
      ['microbot in Consul', true],
      ['every instance answers', true],
    ]);
    expect(await Promise.all([start('nginx'), start('haproxy')])).toEqual([
      [
        ['nginx in Consul', true],
        ['every instance answers through nginx', true],
      ],
      [
        ['haproxy in Consul', true],
        ['every instance answers through haproxy', true],
      ],
    ]);
  });

  it('fabio answers the address of the seed, with the port, and no other host', async () => {
    const { ctx, connection } = await connected();
    const source = await templateSource(ctx, 'fabio');
    const verify = source.kind === 'template' ? source.manifest.verify : undefined;
    const subject = { connection, job: { id: 'fabio', verify, options: {} } };
    const { checks } = await runJobPlan(ctx, { plan: verifyPlan, subject, command: 'nomadctl job verify fabio' });
    expect(checks?.[1]?.found).toBe(`2 routes at each of 2, answered for ${HOST}/`);
    expect(await get('fabio')).toMatchObject({ status: 200, body: expect.stringMatching(/from allocation [0-9a-f-]{36}/) });
    expect(await get('fabio', 'microbot.service.consul')).toMatchObject({ status: 404 });
  });

  it('what nginx refuses is left aside, and traffic goes on', async () => {
    const { consul } = serverAt(cluster.connection);
    const nonsense = { Node: 'nonsense', Address: '127.0.0.1', Service: { ID: 'bad', Service: 'microbot', Address: 'a b;', Port: 1 } };
    const put = (path: string, body: object) => consul(path, { method: 'PUT', body: JSON.stringify(body) });
    expect((await put('/v1/catalog/register', nonsense)).status).toBe(200);
    try {
      await expect.poll(() => logOf('nginx'), { timeout: 10_000 }).toMatch(/refused, so the last good upstream stays: .*nginx/s);
      expect(await get('nginx')).toMatchObject({ status: 200 });
    } finally {
      await put('/v1/catalog/deregister', { Node: 'nonsense' });
    }
  });

  it('without an instance nginx and haproxy say 503 and when to come again; the first that is well is served', async () => {
    await scale(0);
    for (const service of ['nginx', 'haproxy']) {
      await expect.poll(() => get(service), { timeout: 10_000 }).toMatchObject({ status: 503, retryAfter: '2' });
    }
    await scale(2);
    for (const service of ['nginx', 'haproxy', 'fabio'])
      await expect.poll(() => get(service), { timeout: 10_000 }).toMatchObject({ status: 200 });
  });

  async function logOf(job: string): Promise<string> {
    const { nomad } = serverAt(cluster.connection);
    const [allocation] = (await (await nomad(`/v1/job/${job}/allocations`)).json()) as { ID: string }[];
    return (await nomad(`/v1/client/fs/logs/${allocation?.ID}?task=${job}&type=stderr&plain=true`)).text();
  }
});
