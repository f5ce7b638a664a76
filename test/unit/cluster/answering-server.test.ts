import { expect, test } from 'vitest';
import { answeringServer, consulOf, livingServer, nomadOf } from '../../../src/cluster/answering-server.js';
import { reach } from '../../../src/cluster/reach.js';
import { nodeDouble } from '../../helpers/agent-double.js';
import { nodeListening } from '../../helpers/endpoint-at.js';
import { thrown } from '../../helpers/thrown.js';
import { LEADER } from '../../helpers/whole-cluster.js';

const { signal } = new AbortController();
const interrupted = AbortSignal.abort();

/** Port 1 of this computer: nobody listens there. */
const dead = { ...nodeListening('127.0.0.1', 1), name: 'server-1' };

/** A server that is dead, two that are not, and a client. */
async function scene() {
  const [two, three, client] = [
    await nodeDouble({ name: 'server-2', consul: 'server', nomad: 'server' }),
    await nodeDouble({ name: 'server-3', consul: 'server', nomad: 'server' }),
    await nodeDouble({ name: 'client-1', consul: 'client', nomad: 'client' }),
  ];
  return { two, three, client, cluster: reach([client.node, dead, two.node, three.node], {}) };
}

test('the server that answers is the first of them that does, and not the one that goes', async () => {
  const { cluster } = await scene();
  for (const program of ['consul', 'nomad'] as const) {
    expect((await answeringServer(cluster, program, { signal })).name).toBe('server-2');
    expect((await answeringServer(cluster, program, { signal, avoiding: 'server-2' })).name).toBe('server-3');
  }
});

test('where none answers, it is said who was asked', async () => {
  const two = { ...nodeListening('127.0.0.1', 2), name: 'server-2' };
  expect(await thrown(() => answeringServer(reach([dead, two], {}), 'nomad', { signal }))).toMatchObject({
    code: 'no-server',
    message: 'none of the Nomad servers answers',
    why: ['asked at http://127.0.0.1:1, http://127.0.0.1:2'],
    next: 'nomadctl status',
  });
  expect(await thrown(() => answeringServer(reach([], {}), 'consul', { signal }))).toMatchObject({
    message: 'none of the Consul servers answers',
    why: ['the cluster has no other'],
  });
});

test('an interrupt is no server that does not answer', async () => {
  const { two, cluster } = await scene();
  expect(await thrown(() => answeringServer(cluster, 'nomad', { signal: interrupted }))).toBe(interrupted.reason);
  expect(await thrown(() => livingServer(reach([dead, two.node], {}), 'nomad', interrupted))).toBe(interrupted.reason);
});

test('Consul and Nomad are asked through the one that answers', async () => {
  const { two, three, cluster } = await scene();
  two.consul[LEADER] = 'consul-2:8300';
  two.nomad[LEADER] = 'nomad-2:4647';
  three.nomad[LEADER] = 'nomad-3:4647';
  expect(await (await consulOf(cluster, { signal })).leader(signal)).toBe('consul-2:8300');
  expect(await (await nomadOf(cluster, { signal })).leader(signal)).toBe('nomad-2:4647');
  expect(await (await nomadOf(cluster, { signal, avoiding: 'server-2' })).leader(signal)).toBe('nomad-3:4647');
});

test('the living server is the first when it answers, else another that does, else the first all the same', async () => {
  const { two, three, client } = await scene();
  const living = async (...nodes: Parameters<typeof reach>[0]) => (await livingServer(reach(nodes, {}), 'nomad', signal))?.name;
  expect(await living(client.node, two.node, three.node)).toBe('server-2');
  expect(await living(dead, two.node, three.node)).toBe('server-2');
  expect(await living(dead, { ...nodeListening('127.0.0.1', 2), name: 'server-2' })).toBe('server-1');
  expect(await living(dead)).toBe('server-1');
  expect(await living(client.node)).toBeUndefined();
});
