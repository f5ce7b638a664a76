import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { differences, lookAt } from '../../../src/discovery/look.js';
import type { Topology } from '../../../src/discovery/topology.js';
import { askTimes, startTraffic } from '../../../src/discovery/traffic.js';
import { statusText } from '../../../src/commands/discovery/status-text.js';
import { endpointAt } from '../../helpers/endpoint-at.js';
import { createTestContext } from '../../helpers/test-context.js';

const ALLOCATION = '0f3c2a91-1111-2222-3333-444455556666';

async function serve(answer: (request: IncomingMessage) => { status?: number; body: string }): Promise<number> {
  const server = createServer((request, reply) => {
    const { status = 200, body } = answer(request);
    reply.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

interface Instance {
  readonly port: number;
  readonly own?: string;
  readonly node?: string;
}

/** A Consul with these instances of services, and one nginx at a port of this computer. */
async function scene(services: Readonly<Record<string, readonly Instance[]>>) {
  const port = await serve(({ url = '' }) => {
    if (url.startsWith('/v1/agent/members'))
      return { body: JSON.stringify([{ Name: 'server-1', Addr: '127.0.0.1', Port: 8301, Status: 1, Tags: { role: 'consul' } }]) };
    if (url.startsWith('/v1/status/leader')) return { body: '"127.0.0.1:8300"' };
    const name = url.split('/').at(-1)?.split('?')[0] ?? '';
    const found = (services[name] ?? []).map(({ port: at, own = 'passing', node = 'passing' }) => {
      const id = `_nomad-task-${ALLOCATION}-group-${name}-${at}`;
      return {
        Node: { Node: 'client-1', Address: '127.0.0.1' },
        Service: { ID: id, Service: name, Address: '127.0.0.1', Port: at, Tags: [] },
        Checks: [
          { Name: 'Serf Health Status', Status: node, Output: '', ServiceID: '' },
          { Name: 'is well', Status: own, Output: '', ServiceID: id },
        ],
      };
    });
    return { body: JSON.stringify(found) };
  });
  const url = `http://127.0.0.1:${port}`;
  const [nomad, consul] = [endpointAt(url), endpointAt(url, 'consul')];
  const nodes = { stop: async () => {}, start: async () => {} };
  return { cluster: 'c', nomad, consul, servers: { nomad: [nomad], consul: [consul] }, nodes };
}

const topology: Topology = {
  hosts: { 'client-1': ['app', 'balancer'] },
  services: { microbot: { instances: 2, path: '/', variables: {} } },
  balancers: { nginx: { serves: 'microbot', variables: {} } },
  jobs: [],
};
const signal = new AbortController().signal;

describe('a look', () => {
  it('is well when nginx serves those that Consul calls healthy, and no others', async () => {
    const nginx = await serve(({ url }) => ({ body: url?.endsWith('part=0') ? '127.0.0.1:2 127.0.0.1:1 \n' : '\n' }));
    const connection = await scene({ microbot: [{ port: 1 }, { port: 2 }], nginx: [{ port: nginx }] });
    const look = await lookAt(topology, { connection, signal });
    expect(differences(look, topology)).toEqual([]);
    const text = statusText({ look, topology }, await createTestContext());
    expect(text).toContain('registry  Consul, 1 of 1 members alive, leader 127.0.0.1:8300');
    expect(text).toMatch(/microbot +0f3c2a91 +client-1 +127\.0\.0\.1:1 +passing +nginx on client-1/);
    expect(text).toMatch(new RegExp(`nginx +client-1 +http://127\\.0\\.0\\.1:${nginx}/ +microbot +2 instances`));
  });

  it('names who is missing, who is stale, and the trap of port 8301', async () => {
    const nginx = await serve(({ url }) => ({ body: url?.endsWith('part=0') ? '127.0.0.1:3 127.0.0.1:9 \n' : '\n' }));
    const microbot = [{ port: 1 }, { port: 2, own: 'critical' }, { port: 3, node: 'critical' }];
    const connection = await scene({ microbot, nginx: [{ port: nginx }] });
    const look = await lookAt(topology, { connection, signal });
    expect(look.services[0]?.instances.map(({ why }) => why)).toEqual([
      undefined,
      'is well: critical',
      "client-1 is critical: Consul's servers do not reach its gossip at port 8301",
    ]);
    expect(differences(look, topology)).toEqual([
      'microbot: 1 of 2 instances are healthy in Consul',
      'nginx on client-1 does not serve 127.0.0.1:1',
      'nginx on client-1 still serves 127.0.0.1:3, 127.0.0.1:9',
    ]);
    expect(statusText({ look, topology }, await createTestContext())).toMatch(/127\.0\.0\.1:9 +unknown +nginx on client-1/);
  });

  it('takes more instances than asked for as fine, unless there must be just so many', async () => {
    const nginx = await serve(({ url }) => ({ body: url?.endsWith('part=0') ? '127.0.0.1:1 127.0.0.1:2 127.0.0.1:3\n' : '\n' }));
    const microbot = [{ port: 1 }, { port: 2 }, { port: 3 }];
    const look = await lookAt(topology, { connection: await scene({ microbot, nginx: [{ port: nginx }] }), signal });
    expect(differences(look, topology)).toEqual([]);
    expect(differences(look, topology, true)).toEqual(['microbot: 3 of 2 instances are healthy in Consul']);
  });

  it('says that a balancer could not be asked, and that there is none', async () => {
    const nginx = await serve(() => ({ status: 403, body: '' }));
    const microbot = [{ port: 1 }, { port: 2 }];
    const refused = await lookAt(topology, { connection: await scene({ microbot, nginx: [{ port: nginx }] }), signal });
    expect(differences(refused, topology)).toEqual(['nginx on client-1 could not be asked: /-/upstream?part=0 answers with 403']);
    const none = await lookAt(topology, { connection: await scene({ microbot }), signal });
    expect(differences(none, topology)).toEqual(['nginx: no instance of it is healthy in Consul']);
  });
});

describe('traffic', () => {
  it('counts answers and failures, and asks ports by turns', async () => {
    const [good, bad] = [
      await serve(({ headers }) => ({ body: `for ${headers.host}` })),
      await serve(() => ({ status: 502, body: 'nobody' })),
    ];
    const connection = await scene({});
    const ports = [good, bad].map((port) => ({ node: 'client-1', host: '127.0.0.1', port }));
    const account = await askTimes(4, { ports, path: '/', host: 'shop.example' }, { connection, signal });
    expect(account).toMatchObject({ requests: 4, failed: 2 });
    expect([...account.answers]).toEqual([['for shop.example', 2]]);
    expect(account.failures[0]).toBe(`127.0.0.1:${bad}/: status 502: nobody`);
  });

  it('goes on until it is stopped, and forgets answers when told', async () => {
    let served = 0;
    const port = await serve(() => ({ body: `answer ${served++}` }));
    const aim = { ports: [{ node: 'client-1', host: '127.0.0.1', port }], path: '/' };
    const traffic = startTraffic(aim, { connection: await scene({}), signal }, () => Promise.resolve());
    await expect.poll(() => traffic.account.answers.size).toBeGreaterThan(3);
    traffic.forget();
    await expect.poll(() => traffic.account.answers.size).toBeGreaterThan(0);
    const account = await traffic.stop();
    expect(account.failed).toBe(0);
    expect(account.answers.has('answer 0')).toBe(false);
    const asked = served;
    await new Promise((resolve) => setImmediate(resolve));
    expect(served).toBe(asked);
  });
});
