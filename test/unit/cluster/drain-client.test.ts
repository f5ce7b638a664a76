import { randomInt } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { reachHosts } from '../../../src/cluster/cluster-host.js';
import { nodeNamed } from '../../../src/cluster/node-named.js';
import { drainClient, drainedInTime } from '../../../src/cluster/drain-client.js';
import { reach } from '../../../src/cluster/reach.js';
import { nodeDouble } from '../../helpers/agent-double.js';
import { hostNamed } from '../../helpers/servers-double.js';
import { thrown } from '../../helpers/thrown.js';
import { NODES } from '../../helpers/whole-cluster.js';

interface Nomad {
  /** Of `client-1`, answer by answer; a number is an error's status. The last one stays. */
  readonly answers: readonly ({ readonly Status?: string; readonly Drain?: boolean } | number)[];
}

/** One Nomad server with one client, over real HTTP, and time that passes ten seconds with every question. */
async function scene({ answers }: Nomad) {
  const address = `127.${randomInt(130, 250)}.${randomInt(1, 250)}.9`;
  const drains: string[] = [];
  let asked = 0;
  const reply = (response: ServerResponse): void => {
    const answer = answers[Math.min(asked++, answers.length - 1)] ?? 500;
    if (typeof answer === 'number') return void response.writeHead(answer).end('No cluster leader');
    const node = { ID: 'node-id', Name: 'client-1', Status: 'ready', SchedulingEligibility: 'eligible', Drain: false, ...answer };
    response.writeHead(200, { 'x-nomad-index': String(asked) }).end(JSON.stringify([node]));
  };
  const server = createServer((request, response) => {
    if (request.method === 'GET') return reply(response);
    drains.push(`${request.method} ${request.url}`);
    response.end('null');
  });
  await new Promise<void>((resolve) => server.listen({ port: 4646, host: address }, resolve));
  onTestFinished(() => void server.close());
  const client = hostNamed('client-1', 'client', '10.81.0.11');
  const hosts = [hostNamed('nomad-server-1', 'nomad-server', address), client];
  const lines: string[] = [];
  let now = 0;
  const clock = { now: () => (now += 10_000), sleep: async () => {} };
  const { signal } = new AbortController();
  // Minutes of looking pass in no time, and connections close a moment later.
  setMaxListeners(0, signal);
  const drain = (among = hosts) =>
    drainClient({
      node: nodeNamed(client.name, reachHosts([client], {}).nodes),
      cluster: reachHosts(among, {}),
      clock,
      signal,
      line: (text) => void lines.push(text),
    });
  return { drain, drains, lines, client, minutes: () => now / 60_000 };
}

test('a client is drained once, and waited for', async () => {
  const { drain, drains, lines } = await scene({ answers: [{}, { Drain: true }, { Drain: true }, {}] });
  await drain();
  expect(drains).toEqual(['PUT /v1/node/node-id/drain']);
  expect(lines).toEqual(['draining client-1']);
});

test('a server without a leader for a moment is no end', async () => {
  const { drain, drains } = await scene({ answers: [500, {}, 500, { Drain: true }, 500, {}] });
  await drain();
  expect(drains).toHaveLength(1);
});

test('a client that is down has nothing to be moved', async () => {
  const { drain, drains } = await scene({ answers: [{ Status: 'down' }] });
  await drain();
  expect(drains).toEqual([]);
});

test('where there are no servers nobody gave it work', async () => {
  const { drain, drains, client } = await scene({ answers: [500] });
  await drain([client]);
  expect(drains).toEqual([]);
});

test.each([
  ['its allocations stay', [{}, { Drain: true }], 'its allocations are still there after 10 m 0 s'],
  ['nobody can be asked', [500], 'no Nomad server could be asked'],
] as const)('it ends when %s', async (_, answers, why) => {
  const { drain, minutes } = await scene({ answers });
  expect(await thrown(drain)).toMatchObject({ code: 'drain-timeout', message: 'client-1 could not be drained', why: [why] });
  // Nomad stops by force after ten minutes, which takes a moment, too.
  expect(minutes()).toBeGreaterThan(11);
  expect(minutes()).toBeLessThan(12.5);
});

const listed = (name: string) => ({ ID: `id-${name}`, Name: name, Status: 'ready', SchedulingEligibility: 'eligible', Drain: false });

/** A server and a client that can be asked itself, beside another. */
async function askable() {
  const server = await nodeDouble({ name: 'server-1', nomad: 'server' });
  const client = await nodeDouble({ name: 'client-1', nomad: 'client' });
  server.nomad[NODES] = [listed('client-2'), listed('client-1')];
  client.nomad['/v1/agent/self'] = { stats: { client: { node_id: 'id-client-1', heartbeat_ttl: '12s' } } };
  let now = 0;
  const clock = { now: () => (now += 10_000), sleep: async () => {} };
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const cluster = reach([server.node, client.node], {});
  const request = { node: client.node, cluster, clock, signal, line: () => undefined };
  return { server, client, request };
}

test('it has ten minutes, or as long as was asked for', async () => {
  const { server, request } = await askable();
  await drainClient(request);
  await drainClient({ ...request, timeoutMs: 30_000 });
  expect(server.changes).toEqual(Array<string>(2).fill('PUT /v1/node/id-client-1/drain'));
  expect(server.bodies).toMatchObject([{ DrainSpec: { Deadline: 600e9 } }, { DrainSpec: { Deadline: 30e9 } }]);
});

test('a client that has not registered since its agent stopped has nothing to be moved', async () => {
  const { server, client, request } = await askable();
  client.nomad['/v1/agent/self'] = { stats: { client: { node_id: 'id-client-1', heartbeat_ttl: '0s' } } };
  await drainClient(request);
  expect(server.changes).toEqual([]);
});

test('of one that goes in any case it is told whether everything was moved in time', async () => {
  const { server, request } = await askable();
  expect(await drainedInTime(request)).toBe(true);
  server.nomad[NODES] = [{ ...listed('client-1'), Drain: true }];
  expect(await drainedInTime({ ...request, timeoutMs: 60_000 })).toBe(false);
  const interrupted = AbortSignal.abort();
  expect(await thrown(() => drainedInTime({ ...request, signal: interrupted }))).toBe(interrupted.reason);
});
