import { setMaxListeners } from 'node:events';
import { expect, test } from 'vitest';
import { reach } from '../../../src/cluster/reach.js';
import { stopJobs } from '../../../src/cluster/stop-jobs.js';
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

const nomadServer = (): Promise<NodeDouble> => nodeDouble({ name: 'server-2', nomad: 'server' });
const job = (ID: string, Namespace = 'default') => ({ ID, Namespace });

test('jobs of all namespaces are purged, by the first server that answers', async () => {
  const server = await nomadServer();
  Object.assign(server.nomad, { '/v1/jobs': [job('redis'), job('web', 'team')], '/v1/allocations': [] });
  expect(await stop(undefined, server)).toMatchObject({ detail: 'redis, web (namespace team)', lines: [] });
  expect(server.changes.sort()).toEqual([
    'DELETE /v1/job/redis?purge=true&namespace=default',
    'DELETE /v1/job/web?purge=true&namespace=team',
  ]);
});

test('allocations are waited for, so long and no longer', async () => {
  const server = await nomadServer();
  Object.assign(server.nomad, { '/v1/jobs': [job('redis')], '/v1/allocations': [{ ID: 'a1', ClientStatus: 'running' }] });
  const { detail, lines } = await stop(server);
  expect(detail).toBe('redis');
  expect(new Set(lines)).toEqual(new Set(['1 allocations still end']));
  expect(lines.length).toBeLessThan(6);
  // After the first answer the server is to tell of changes.
  const indexes = server.asked.filter((url) => url.startsWith('/v1/allocations')).map((url) => /index=(\d+)/.exec(url)?.[1]);
  expect(indexes).toEqual([undefined, ...lines.slice(1).map(() => '7')]);
});

test('where nothing runs, and where nobody is there to ask, that is said', async () => {
  const server = await nomadServer();
  server.nomad['/v1/jobs'] = [];
  expect([(await stop(server)).detail, (await stop(undefined)).detail, (await stop()).detail]).toEqual([
    'none',
    'no server to ask',
    'no servers',
  ]);
});

test('what cannot be stopped ends with its node, and nothing is held up by it', async () => {
  const server = await nomadServer();
  server.nomad['/v1/jobs'] = 500;
  const { detail, log } = await stop(server);
  expect(detail).toBe('they end with their nodes');
  expect(log).toEqual([expect.stringContaining('Nomad refused GET /v1/jobs with 500')]);
});
