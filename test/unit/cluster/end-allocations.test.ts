import { setMaxListeners } from 'node:events';
import { expect, test } from 'vitest';
import { reach } from '../../../src/cluster/reach.js';
import { stopJobs } from '../../../src/cluster/end-allocations.js';
import { nodeDouble, type NodeDouble } from '../../helpers/agent-double.js';
import { nodeListening } from '../../helpers/endpoint-at.js';

const { signal } = new AbortController();
setMaxListeners(0, signal);

/** Port 1 of this computer: nobody listens there. */
const dead = { ...nodeListening('127.0.0.1', 1), name: 'server-1' };

async function stop(...servers: readonly (NodeDouble | undefined)[]) {
  const lines: string[] = [];
  const log: string[] = [];
  let now = 0;
  const clock = { now: () => (now += 1000), sleep: async () => {} };
  const nodes = servers.map((server) => server?.node ?? dead);
  const request = {
    clock,
    signal,
    timeoutMs: 5000,
    line: (text: string) => void lines.push(text),
    log: (text: string) => void log.push(text),
  };
  return { detail: await stopJobs(reach(nodes, {}), request), lines, log };
}

const nomadServer = async (): Promise<NodeDouble> => {
  const server = await nodeDouble({ name: 'server-2', nomad: 'server' });
  server.nomad['/v1/nodes'] = ['n1', 'n2'].map((ID) => ({ ID, Status: 'ready' }));
  return server;
};
const allocation = (more: object = {}) => ({
  ...{ ID: 'a1', JobID: 'redis', Namespace: 'default', TaskGroup: 'db', ClientStatus: 'running', DesiredStatus: 'stop' },
  ...more,
});

test('every client is drained, by the first server that answers, after none takes anything new', async () => {
  const server = await nomadServer();
  server.nomad['/v1/allocations'] = [allocation()];
  expect((await stop(undefined, server)).detail).toBe('redis');
  expect(server.changes.map((change) => change.replace(/ \S+\/n\d\//, ' '))).toEqual([
    'POST eligibility',
    'POST eligibility',
    'PUT drain',
    'PUT drain',
  ]);
});

const whoseJobGives = (seconds: { kill: number; delay?: number; ofTask?: number }) => ({
  ...allocation(),
  Job: {
    TaskGroups: [
      {
        ...{ Name: 'db', ShutdownDelay: (seconds.delay ?? 0) * 1e9 },
        Tasks: [{ KillTimeout: 1e9 }, { KillTimeout: seconds.kill * 1e9, ShutdownDelay: (seconds.ofTask ?? 0) * 1e9 }],
      },
      { Name: 'another', Tasks: [{ KillTimeout: 900e9 }] },
    ],
  },
});

test.each([
  ['its tasks 20 s', { kill: 20 }, '20 s', 25],
  ['30 s to its tasks, 20 s of them for its services to be forgotten', { kill: 10, delay: 5, ofTask: 15 }, '30 s', 35],
  ['them an hour', { kill: 3600 }, '60 s', 65],
])('a job that gives %s is waited for so long, and for a minute at most', async (_, seconds, said, at) => {
  const server = await nomadServer();
  server.nomad['/v1/allocations'] = [allocation()];
  server.nomad['/v1/allocation/a1'] = whoseJobGives(seconds);
  const { detail, lines } = await stop(server);
  expect(detail).toBe('redis');
  expect(lines.at(-1)).toBe(`1 allocation still ends, which may take ${said}`);
  // The clock of these tests goes on by a second whenever somebody looks at it, once a look.
  expect(lines.length).toBeGreaterThan(at - 5);
  expect(lines.length).toBeLessThan(at + 1);
});

test('allocations are waited for, so long and no longer', async () => {
  const server = await nomadServer();
  server.nomad['/v1/allocations'] = [allocation()];
  server.nomad['/v1/allocation/a1'] = whoseJobGives({ kill: 0 });
  const { detail, lines } = await stop(server);
  expect(detail).toBe('redis');
  expect(new Set(lines)).toEqual(new Set(['1 allocation still ends']));
  expect(lines.length).toBeLessThan(6);
  // Asked for what runs, then for what still does; after that answer the server is to tell of changes.
  const indexes = server.asked.filter((url) => url.startsWith('/v1/allocations')).map((url) => /index=(\d+)/.exec(url)?.[1]);
  expect(indexes).toEqual([undefined, undefined, ...lines.map(() => '7')]);
});

test('what is on a client that is away is not waited for: it hears nothing', async () => {
  const server = await nomadServer();
  server.nomad['/v1/allocations'] = [allocation({ ClientStatus: 'unknown', DesiredStatus: 'run' })];
  expect(await stop(server)).toMatchObject({ detail: 'redis', lines: [] });
});

test('where many evaluations wait, jobs are stopped past them before the drain, but for those of several groups', async () => {
  const server = await nomadServer();
  server.nomad['/v1/evaluations'] = Array.from({ length: 20 }, () => ({}));
  const untold = { DesiredStatus: 'run', ClientStatus: 'running' };
  server.nomad['/v1/allocations'] = [
    allocation({ ...untold, JobID: 'one', Namespace: 'team' }),
    allocation({ ...untold, JobID: 'two', TaskGroup: 'a' }),
    allocation({ ...untold, JobID: 'two', TaskGroup: 'b' }),
  ];
  const { detail, lines } = await stop(server);
  expect(detail).toBe('one (namespace team), two');
  expect(server.changes.filter((change) => change.startsWith('DELETE'))).toEqual([
    'DELETE /v1/job/one?purge=false&namespace=team&eval_priority=100',
  ]);
  expect(server.changes.findIndex((change) => change.startsWith('DELETE'))).toBeLessThan(
    server.changes.findIndex((change) => change.includes('/drain')),
  );
  // Nomad gets its time to tell them, and no more.
  expect(lines.length).toBeGreaterThan(6);
  expect(lines.length).toBeLessThan(30);
});

test('where Nomad keeps up with its evaluations, or does not tell, no job is stopped', async () => {
  const server = await nomadServer();
  server.nomad['/v1/allocations'] = [allocation({ DesiredStatus: 'run', ClientStatus: 'running' })];
  for (const evaluations of [[{}], 500]) {
    server.nomad['/v1/evaluations'] = evaluations;
    await stop(server);
  }
  expect(server.changes.filter((change) => change.startsWith('DELETE'))).toEqual([]);
});

test('many are counted, not named', async () => {
  const server = await nomadServer();
  server.nomad['/v1/allocations'] = Array.from({ length: 2000 }, (_, index) => allocation({ JobID: `many-${index}` }));
  expect((await stop(server)).detail).toBe('2000 jobs, 2000 allocations');
});

test('where nothing runs, and where nobody is there to ask, that is said', async () => {
  const server = await nomadServer();
  server.nomad['/v1/allocations'] = [];
  expect([(await stop(server)).detail, (await stop(undefined)).detail, (await stop()).detail]).toEqual([
    'none runs',
    'no server to ask',
    'no servers',
  ]);
});

test('what cannot be stopped ends with its node, and nothing is held up by it', async () => {
  const server = await nomadServer();
  server.nomad['/v1/allocations'] = 500;
  const { detail, log } = await stop(server);
  expect(detail).toBe('they end with their nodes');
  expect(log).toEqual([expect.stringContaining('Nomad refused GET /v1/allocations with 500')]);
});
