import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createRedactor } from '../../../../packages/base/src/redact.js';
import { DEFAULT_PORTS } from '../../../../src/cluster/agent-ports.js';
import type { ClusterNode } from '../../../../src/cluster/cluster-node.js';
import { reach } from '../../../../src/cluster/reach.js';
import { issueAuthority, issueLeaf } from '../../../../src/security/authority/issue.js';
import { newPrivateKey } from '../../../../src/security/authority/new-private-key.js';
import { certifyAll } from '../../../../src/security/rotation/new-certificates.js';
import type { FleetAgent } from '../../../../src/security/rotation/fleet.js';
import { requireWhole } from '../../../../src/security/rotation/require-whole.js';
import { reloadAgent, restartAgents } from '../../../../src/security/rotation/roll-agents.js';
import { nodeDouble } from '../../../helpers/agent-double.js';
import { fakeFleet, quickRolling, type FakeFleet } from '../../../helpers/fake-fleet.js';
import { hintMatching } from '../../../helpers/hint-line.js';
import { openAll } from '../../../helpers/secret-values.js';
import { thrown } from '../../../helpers/thrown.js';

const redact = createRedactor();

/** A client of Nomad's that shows one certificate for ever. */
async function stubborn() {
  const [key, now] = [newPrivateKey(redact), Date.now()];
  const ca = await issueAuthority(key, { cluster: 'dev', now });
  const own = newPrivateKey(redact);
  const names = { dns: ['localhost'], ip: ['127.0.0.1'] };
  const cert = await issueLeaf({ key, certificate: ca }, own, { name: 'client-1', names, now });
  const server = createServer({ cert, key: openAll({ own })['own'] }, (_, response) => response.end('""')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const ports = { ...DEFAULT_PORTS, nomadHttp: (server.address() as AddressInfo).port };
  const node: ClusterNode = { name: 'client-1', agents: { nomad: 'client' }, address: '127.0.0.1', ports, open: { nomad: '127.0.0.1' } };
  return { node, access: { ca: { pem: ca, file: '/ca.pem' } } };
}

it('an agent that goes on with its old certificate is named, and the next node is not touched', async () => {
  const { node, access } = await stubborn();
  const other: ClusterNode = { ...node, name: 'client-2' };
  const fleet = fakeFleet([node, other], { fingerprint: async () => 'another one' }, access);
  const failure = await thrown(() => certifyAll(fleet, { authority: {} as never, since: 0, restarting: true }, quickRolling()));
  expect(failure).toMatchObject({
    message: expect.stringMatching(/^nomad on client-1 to show its new certificate: not within /),
    why: ['last seen: it goes on with the one that it had'],
    next: hintMatching(/logs client-1/),
  });
  expect(fleet.done).toEqual(['certify client-1', 'reload nomad on client-1']);
  expect(fleet.current.size).toBe(0);
});

it('a server that refuses every token for a moment after its start is told once more', async () => {
  const { node } = await nodeDouble({ name: 'server-1', consul: 'server' });
  let refusals = 1;
  const reload = async (): Promise<void> => {
    if (refusals-- > 0) throw new Error('Consul refused PUT /v1/agent/reload with 403');
  };
  const fleet = fakeFleet([node], { reload });
  await reloadAgent(fleet, { node, program: 'consul', mode: 'server' }, quickRolling());
  expect([...fleet.current]).toEqual(['consul on server-1']);
  const wrong = fakeFleet([node], { reload: () => Promise.reject(new Error('Consul refused PUT /v1/agent/reload with 403')) });
  expect((await thrown(() => reloadAgent(wrong, { node, program: 'consul', mode: 'server' }, quickRolling()))).message).toBe(
    'consul on server-1 did not take its new files',
  );
});

it('an agent that does not take its files says why', async () => {
  const { node } = await nodeDouble({ name: 'client-1', consul: 'client' });
  const fleet = fakeFleet([node], { reload: () => Promise.reject(new Error('failed to find any PEM data')) });
  const failure = await thrown(() => reloadAgent(fleet, { node, program: 'consul', mode: 'client' }, quickRolling()));
  expect(failure).toMatchObject({
    code: 'agent-not-reloaded',
    message: 'consul on client-1 did not take its new files',
    why: ['failed to find any PEM data'],
    next: hintMatching(/logs client-1/),
  });
  expect(fleet.current.size).toBe(0);
});

it('one that has read them is left alone', async () => {
  const { node } = await nodeDouble({ name: 'client-1', consul: 'client' });
  const fleet = fakeFleet([node]);
  fleet.current.add('consul on client-1');
  await reloadAgent(fleet, { node, program: 'consul', mode: 'client' }, quickRolling());
  expect(await restartAgents(fleet, () => true, quickRolling())).toBe(0);
  expect(fleet.done).toEqual([]);
});

it('nothing begins while an agent is away, and nothing goes on while one does not run', async () => {
  const { node } = await nodeDouble({ name: 'server-1', consul: 'server', nomad: 'server' });
  const away: ClusterNode = { ...node, name: 'server-2', ports: { ...DEFAULT_PORTS, consulHttp: node.ports.consulHttp, nomadHttp: 1 } };
  for (const begun of [false, true]) {
    const fleet = fakeFleet([node, away]);
    expect(await thrown(() => requireWhole(fleet, begun, quickRolling()))).toMatchObject({
      code: 'cluster-not-whole',
      message: `${begun ? 'the rotation cannot go on' : 'nothing was rotated'}: nomad on server-2 does not answer`,
      next: hintMatching(/^nomadctl up$/),
    });
    expect(fleet.done).toEqual(begun ? ['restart nomad on server-2'] : []);
  }
  const behind = fakeFleet([node], { pending: async () => 'nodes are still to be removed' });
  expect((await thrown(() => requireWhole(behind, false, quickRolling()))).message).toBe(
    'nothing was rotated: nodes are still to be removed',
  );
  await requireWhole(behind, true, quickRolling());
});

it('an agent that the run before had ended, and not lived to start again, is started', async () => {
  const { node } = await nodeDouble({ name: 'server-1', consul: 'server', nomad: 'server' });
  const { node: other } = await nodeDouble({ name: 'server-2', consul: 'server', nomad: 'server' });
  const standing = { ...other, ports: { ...other.ports } };
  const ended = { ...standing, ports: { ...standing.ports, nomadHttp: 1 } };
  let nodes = [node, ended];
  const fleet = fakeFleet([], {
    reach: async () => reach(nodes, {}),
    restart: async () => {
      ended.ports.nomadHttp = standing.ports.nomadHttp;
    },
  });
  await requireWhole(fleet, true, quickRolling());
  nodes = [node, { ...standing, ports: { ...standing.ports, nomadHttp: 1 } }];
  expect(await thrown(() => requireWhole(fleet, false, quickRolling()))).toMatchObject({ code: 'cluster-not-whole' });
});

it.each([
  ['that is to show its certificate', (fleet: FakeFleet, agent: FleetAgent) => reloadAgent(fleet, agent, quickRolling())],
  ['that was started anew', (fleet: FakeFleet) => restartAgents(fleet, () => true, quickRolling())],
])('nobody waits for an agent %s when one has ended', async (_, roll) => {
  const { node, access } = await stubborn();
  const ended = new Error('nomad on client-1 has ended meanwhile');
  const refuseEnded = (): void => {
    throw ended;
  };
  const fleet = fakeFleet([node], { fingerprint: async () => 'another one', refuseEnded }, access);
  expect(await thrown(() => roll(fleet, { node, program: 'nomad', mode: 'client' }))).toBe(ended);
});
