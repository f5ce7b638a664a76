import { expect, test } from 'vitest';
import { nomadctl } from '../../../packages/base/src/hint/hint.js';
import { joinClients, type ClientJoin } from '../../../src/cluster/join-clients.js';
import { reach } from '../../../src/cluster/reach.js';
import { nodeDouble } from '../../helpers/agent-double.js';
import { hintLine } from '../../helpers/hint-line.js';
import { thrown } from '../../helpers/thrown.js';

const { signal } = new AbortController();
const SERVERS = '/v1/agent/servers';

/** Two servers, and two clients that know none. */
async function scene(more: Partial<ClientJoin> = {}) {
  const servers = [await nodeDouble({ name: 'server-1', nomad: 'server' }), await nodeDouble({ name: 'server-2', nomad: 'server' })];
  const [one, two] = [await nodeDouble({ name: 'client-1', nomad: 'client' }), await nodeDouble({ name: 'client-2', nomad: 'client' })];
  one.nomad[SERVERS] = two.nomad[SERVERS] = [];
  const nodes = servers.map(({ node }, index) => ({ ...node, address: `127.0.0.${index + 1}` }));
  const meanwhile: (() => void)[] = [];
  let now = 0;
  const clock = {
    now: () => now,
    async sleep(ms: number) {
      now += ms;
      meanwhile.shift()?.();
    },
  };
  const request = { timeoutMs: 1000, clock, signal, next: (node: string) => nomadctl`logs ${node}`, ...more };
  return { one, two, meanwhile, join: () => joinClients(reach([...nodes, one.node, two.node], {}), request) };
}

const GIVEN = `PUT ${SERVERS}?address=127.0.0.1%3A4647&address=127.0.0.2%3A4647`;

test('clients that know no server are told all of them; who knows one is left alone', async () => {
  const { one, two, join } = await scene();
  two.nomad[SERVERS] = ['192.0.2.1:4647'];
  await join();
  expect([one.changes, two.changes]).toEqual([[GIVEN], []]);
});

test('one that does not answer yet, or whose servers do not, is told when they do', async () => {
  const { one, two, join, meanwhile } = await scene();
  one.nomad[SERVERS] = 500;
  two.nomad[`PUT ${SERVERS}`] = 500;
  meanwhile.push(
    () => void (one.nomad[SERVERS] = []),
    () => void (two.nomad[`PUT ${SERVERS}`] = {}),
  );
  await join();
  expect(one.changes).toEqual([GIVEN]);
  expect(two.changes.length).toBeGreaterThan(1);
});

test('one that never answers is named', async () => {
  const { two, join } = await scene();
  two.nomad[SERVERS] = 500;
  const error = await thrown(join);
  expect(error).toMatchObject({ code: 'wait-timeout', message: expect.stringContaining('Nomad on client-2 to answer') as string });
  expect(hintLine(error.next)).toBe('nomadctl logs client-2');
});
