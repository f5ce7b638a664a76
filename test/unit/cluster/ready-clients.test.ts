import { expect, test } from 'vitest';
import { AbortError } from '../../../packages/base/src/errors.js';
import { clientsStanding, waitForClients } from '../../../src/cluster/ready-clients.js';
import { reach } from '../../../src/cluster/reach.js';
import { nodeDouble } from '../../helpers/agent-double.js';
import { thrown } from '../../helpers/thrown.js';
import { nomadctl } from '../../../packages/base/src/hint/hint.js';

const signal = new AbortController().signal;
const SELF = '/v1/agent/self';
const NODES = '/v1/nodes';

const listed = (name: string, more: object = {}) => ({
  ID: `id-${name}`,
  Name: name,
  Status: 'ready',
  SchedulingEligibility: 'eligible',
  Drain: false,
  ...more,
});
const registered = (name: string, heartbeat_ttl = '12s') => ({ stats: { client: { node_id: `id-${name}`, heartbeat_ttl } } });

/** A server and two clients that take work; the second can be asked itself, or not. */
async function scene(hidden: readonly 'nomad'[] = []) {
  const server = await nodeDouble({ name: 'server-1', nomad: 'server' });
  const [one, two] = [
    await nodeDouble({ name: 'client-1', nomad: 'client' }),
    await nodeDouble({ name: 'client-2', nomad: 'client', hidden }),
  ];
  server.nomad[NODES] = [listed('client-1'), listed('client-2')];
  one.nomad[SELF] = registered('client-1');
  two.nomad[SELF] = registered('client-2');
  const cluster = reach([server.node, one.node, two.node], {});
  const lines: string[] = [];
  let now = 0;
  const meanwhile: (() => void)[] = [];
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += Math.max(ms, 1000);
      meanwhile.shift()?.();
    },
  };
  const wait = (more: object = {}) =>
    waitForClients(cluster, {
      timeoutMs: 30_000,
      clock,
      signal,
      line: (text) => void lines.push(text),
      next: (node) => nomadctl`logs ${node}`,
      ...more,
    });
  return { server, one, two, cluster, lines, wait, meanwhile };
}

test('clients that take work are ready', async () => {
  const { cluster, wait, lines, server } = await scene();
  expect(await clientsStanding(cluster, signal)).toEqual({ areReady: true, text: '2 of 2 ready' });
  expect(await wait()).toBe('2 of 2 ready');
  expect([lines, server.changes]).toEqual([[], []]);
});

test.each([
  ['is down', { Status: 'down' }],
  ['takes no work', { SchedulingEligibility: 'ineligible' }],
  ['is being drained', { Drain: true }],
])('a client that %s is not ready', async (_, more) => {
  const { cluster, server } = await scene();
  server.nomad[NODES] = [listed('client-1'), listed('client-2', more)];
  expect(await clientsStanding(cluster, signal)).toEqual({ areReady: false, text: '1 of 2 ready' });
});

test.each([
  ['its agent does not answer', 500],
  ['its agent has not registered since it started', registered('client-2', '0s')],
])('the servers call a client ready for seconds after it died: not when %s', async (_, answer) => {
  const { cluster, two } = await scene();
  two.nomad[SELF] = answer;
  expect(await clientsStanding(cluster, signal)).toEqual({ areReady: false, text: '1 of 2 ready' });
});

test('of a client that cannot be asked the servers tell', async () => {
  const { cluster, two } = await scene(['nomad']);
  two.nomad[SELF] = 500;
  expect((await clientsStanding(cluster, signal)).areReady).toBe(true);
});

test('where no server answers none is ready', async () => {
  const { cluster, server } = await scene();
  server.nomad[NODES] = 500;
  expect(await clientsStanding(cluster, signal)).toEqual({ areReady: false, text: '0 of 2 ready' });
});

test('one that an interrupted run drained may take work again; a stranger stays as he is', async () => {
  const { wait, server, meanwhile, two } = await scene();
  const idle = { SchedulingEligibility: 'ineligible' };
  two.nomad[SELF] = registered('client-2', '0s');
  server.nomad[NODES] = [listed('client-1', idle), listed('client-2'), listed('stranger', idle)];
  meanwhile.push(() => {
    two.nomad[SELF] = registered('client-2');
    server.nomad[NODES] = [listed('client-1'), listed('client-2')];
  });
  expect(await wait()).toBe('2 of 2 ready');
  expect(server.changes).toEqual(['POST /v1/node/id-client-1/eligibility']);
  expect(server.bodies).toEqual([{ NodeID: 'id-client-1', Eligibility: 'eligible' }]);
});

test.each([
  ['down', { Status: 'down' }],
  ['being drained', { Drain: true }],
])('one that is %s takes no work again', async (_, more) => {
  const { wait, server } = await scene();
  server.nomad[NODES] = [listed('client-1', { SchedulingEligibility: 'ineligible', ...more }), listed('client-2')];
  await thrown(() => wait({ stillHopeful: after(1) }));
  expect(server.changes).toEqual([]);
});

/** Ends the wait after so many polls. */
function after(most: number): () => void {
  let polls = 0;
  return () => {
    if (++polls > most) throw new Error('enough was seen');
  };
}

/** The indexes of the questions for the list: a server holds one with an index back until something has changed. */
const indexes = (asked: readonly string[]): (string | null)[] =>
  asked.filter((url) => url.startsWith(NODES)).map((url) => new URL(url, 'x://x').searchParams.get('index'));

test('servers tell of a change; only whether a client has registered is asked again and again', async () => {
  const { wait, server, two } = await scene();
  server.nomad[NODES] = [listed('client-1'), listed('client-2', { Status: 'down' })];
  await thrown(() => wait({ stillHopeful: after(3) }));
  expect(indexes(server.asked)).toEqual([null, '7', '7']);
  server.asked.length = 0;
  two.nomad[SELF] = registered('client-2', '0s');
  await thrown(() => wait({ stillHopeful: after(3) }));
  expect(indexes(server.asked)).toEqual([null, null, null]);
});

test('another server is asked from the beginning', async () => {
  const { wait, server, meanwhile } = await scene();
  server.nomad[NODES] = [listed('client-1'), listed('client-2', { Status: 'down' })];
  let polls = 0;
  meanwhile.push(() => void (server.nomad[NODES] = [listed('client-1'), listed('client-2')]));
  await wait({ stillHopeful: () => void (++polls === 3 && (server.nomad[NODES] = 500)) });
  expect(indexes(server.asked)).toEqual([null, '7', '7', null]);
});

test('an interrupt ends the wait', async () => {
  const { wait, lines } = await scene();
  const interrupted = AbortSignal.abort(new AbortError('interrupted', 130));
  expect(await thrown(() => wait({ signal: interrupted }))).toBe(interrupted.reason);
  expect(lines).toEqual([]);
});

test('what the others are is told when the wait ends', async () => {
  const { wait, server } = await scene();
  server.nomad[NODES] = [listed('client-1'), listed('client-2', { Status: 'down' })];
  let now = 0;
  const clock = { now: () => (now += 5000), sleep: async () => {} };
  expect(await thrown(() => wait({ clock }))).toMatchObject({ why: ['client-2: down'], next: 'nomadctl logs client-2' });
});

test('a server without a leader for a moment is no end', async () => {
  const { wait, server, meanwhile, lines } = await scene();
  const nodes = server.nomad[NODES];
  server.nomad[NODES] = 500;
  meanwhile.push(() => void (server.nomad[NODES] = nodes));
  expect(await wait()).toBe('2 of 2 ready');
  expect(lines).toEqual(['Nomad refused GET /v1/nodes with 500']);
});

test('the wait ends when there is no use in it, and in any case some time', async () => {
  const { wait, two, lines } = await scene();
  two.nomad[SELF] = 500;
  const ended = new Error('client-2 ended');
  expect(
    await thrown(() =>
      wait({
        stillHopeful: () => {
          throw ended;
        },
      }),
    ),
  ).toBe(ended);
  expect(await thrown(() => wait())).toMatchObject({
    code: 'clients-not-ready',
    message: 'only 1 of 2 ready after 30.0 s',
    why: ['client-2: never registered with the Nomad servers'],
    next: 'nomadctl logs client-2',
  });
  expect(lines).toEqual(['1 of 2 ready']);
});

test('one that has registered and is not ready is asked something that makes it send its heartbeat, until it is ready', async () => {
  const { server, one, two, wait, meanwhile } = await scene();
  server.nomad[NODES] = [listed('client-1'), listed('client-2', { Status: 'initializing' })];
  meanwhile.push(() => undefined);
  meanwhile.push(() => void (server.nomad[NODES] = [listed('client-1'), listed('client-2')]));
  expect(await wait()).toBe('2 of 2 ready');
  const leader = '/v1/status/leader';
  expect([one, two].map(({ asked }) => asked.filter((question) => question === leader).length)).toEqual([0, 2]);
});
