import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ensureClusterSecrets } from '../../../../src/security/cluster-secrets.js';
import { chooseGossipKeys, installGossipKeys, removeGossipKeys, useGossipKeys } from '../../../../src/security/rotation/gossip-keys.js';
import { nodeDouble, type NodeDouble } from '../../../helpers/agent-double.js';
import { fakeFleet, quickRolling } from '../../../helpers/fake-fleet.js';
import { hintMatching } from '../../../helpers/hint-line.js';
import { openAll } from '../../../helpers/secret-values.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { thrown } from '../../../helpers/thrown.js';

async function scene() {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('dev');
  const where = { paths, redact: ctx.redact };
  await ensureClusterSecrets(where, ['server-1', 'client-1']);
  const kept = async (): Promise<Record<string, string>> => JSON.parse(await readFile(paths.secrets, 'utf8')) as Record<string, string>;
  const server = await nodeDouble({ name: 'server-1', consul: 'server', nomad: 'server' });
  const client = await nodeDouble({ name: 'client-1', consul: 'client', nomad: 'client' });
  return { where, kept, server, fleet: fakeFleet([server.node, client.node]) };
}

/** With what a Consul agent without data begins. */
async function ringOf(where: Parameters<typeof ensureClusterSecrets>[0]): Promise<string[]> {
  const { gossip, otherGossip } = await ensureClusterSecrets(where, []);
  return [gossip.consul, ...otherGossip.consul].map((secret) => openAll({ secret })['secret'] ?? '');
}

function answer(server: NodeDouble, holders: { consul: Record<string, number>; nomad: Record<string, number> }): void {
  // Servers of hosts have a pool for other datacenters, too, with themselves in it.
  const among = Object.fromEntries(Object.entries(holders.consul).map(([key, count]) => [key, Math.min(count, 1)]));
  server.consul['/v1/operator/keyring'] = [
    { WAN: true, NumNodes: 1, Keys: among },
    { WAN: false, NumNodes: 2, Keys: holders.consul },
  ];
  server.nomad['/v1/agent/keyring/list'] = { NumNodes: 1, Keys: holders.nomad };
}

it('are with all members before one uses them, and used by all before the old ones go', async () => {
  const { where, kept, server, fleet } = await scene();
  const before = await kept();
  await chooseGossipKeys(where);
  const chosen = await kept();
  const [consul = '', nomad = ''] = [chosen['next:consulGossipKey'], chosen['next:nomadGossipKey']];
  answer(server, { consul: { [consul]: 2 }, nomad: { [nomad]: 1 } });
  await installGossipKeys(fleet, where, quickRolling());
  // Whoever begins from here on has both.
  expect(fleet.done).toEqual(['write secrets']);
  expect(await ringOf(where)).toEqual([before['consulGossipKey'], consul]);
  expect(await kept()).toEqual(chosen);
  await useGossipKeys(fleet, where, quickRolling());
  expect(await kept()).toMatchObject({ consulGossipKey: consul, nomadGossipKey: nomad });
  expect(await ringOf(where)).toEqual([consul, before['consulGossipKey']]);
  expect(fleet.done).toEqual(['write secrets', 'write secrets']);
  expect([...fleet.current].sort()).toEqual(['consul on client-1', 'consul on server-1', 'nomad on client-1', 'nomad on server-1']);
  await removeGossipKeys(fleet, where, quickRolling());
  expect(fleet.done.slice(2)).toEqual(['write secrets alone']);
  expect(await ringOf(where)).toEqual([consul]);
  expect(server.changes).toEqual([
    'POST /v1/operator/keyring',
    'PUT /v1/agent/keyring/install',
    ...['PUT /v1/operator/keyring', 'PUT /v1/agent/keyring/use'],
    // Once more: a member that was away sends with the old one still.
    ...['PUT /v1/operator/keyring', 'PUT /v1/agent/keyring/use'],
    'DELETE /v1/operator/keyring',
    'PUT /v1/agent/keyring/remove',
  ]);
  expect(server.bodies.slice(-2)).toEqual([{ Key: before['consulGossipKey'] }, { Key: before['nomadGossipKey'] }]);
  expect(await kept()).toEqual({ ...before, consulGossipKey: consul, nomadGossipKey: nomad });
});

it('are told once more to members that did not answer', async () => {
  const { where, kept, server, fleet } = await scene();
  await chooseGossipKeys(where);
  const chosen = await kept();
  answer(server, { consul: { [chosen['next:consulGossipKey'] ?? '']: 2 }, nomad: { [chosen['next:nomadGossipKey'] ?? '']: 1 } });
  server.consul['POST /v1/operator/keyring'] = 500;
  const rolling = quickRolling();
  const sleep = async (): Promise<void> => void delete server.consul['POST /v1/operator/keyring'];
  await installGossipKeys(fleet, where, { ...rolling, clock: { ...rolling.clock, sleep } });
  expect(server.changes).toEqual(['POST /v1/operator/keyring', 'POST /v1/operator/keyring', 'PUT /v1/agent/keyring/install']);
});

it('are not used while a member lacks them', async () => {
  const { where, kept, server, fleet } = await scene();
  await chooseGossipKeys(where);
  const chosen = await kept();
  answer(server, { consul: { [chosen['next:consulGossipKey'] ?? '']: 1 }, nomad: {} });
  const failure = await thrown(() => installGossipKeys(fleet, where, quickRolling()));
  expect(failure).toMatchObject({
    message: expect.stringMatching(/^every agent of consul to have its new gossip key: not within /),
    why: ['last seen: 1 of 2 have it'],
    next: hintMatching(/^nomadctl up$/),
  });
  expect(await kept()).toEqual(chosen);
  expect(fleet.done).toEqual(['write secrets']);
});
