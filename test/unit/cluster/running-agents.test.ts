import { expect, test } from 'vitest';
import type { ClusterConnection } from '../../../src/cluster/connection.js';
import { reach } from '../../../src/cluster/reach.js';
import { runningAgents } from '../../../src/cluster/running-agents.js';
import { nodeDouble } from '../../helpers/agent-double.js';
import { thrown } from '../../helpers/thrown.js';
import { MEMBERS, NODES } from '../../helpers/whole-cluster.js';

const { signal } = new AbortController();

const consulMember = (Name: string, Status: number, Tags: object) => ({ Name, Addr: '127.0.0.1', Status, Tags });
const nomadServer = (name: string, Status: string, build = '1.11.3') => ({
  Name: `${name}.global`,
  Addr: '127.0.0.1',
  Status,
  Tags: { build },
});

async function scene() {
  const { node, consul, nomad } = await nodeDouble({ name: 'server-1', consul: 'server', nomad: 'server' });
  consul[MEMBERS] = [
    consulMember('server-1', 1, { role: 'consul', build: '1.22.3:1a2b3c4d' }),
    consulMember('client-1', 1, { role: 'node', build: '1.22.2:1a2b3c4d' }),
    consulMember('client-2', 4, { role: 'node', build: '1.22.2:1a2b3c4d' }),
    consulMember('client-3', 1, { role: 'node' }),
  ];
  nomad[MEMBERS] = { Members: [nomadServer('server-1', 'alive'), nomadServer('server-2', 'failed'), nomadServer('server-3', 'alive', '')] };
  nomad[NODES] = [
    { Name: 'client-1', Status: 'ready', Version: '1.11.2' },
    { Name: 'client-2', Status: 'down', Version: '1.11.2' },
    { Name: 'client-3', Status: 'ready' },
  ];
  const { endpoint } = reach([node], {});
  const connection = { nomad: endpoint(node, 'nomad'), consul: endpoint(node, 'consul') } as ClusterConnection;
  return { consul, nomad, agents: (at = signal) => runningAgents(connection, at) };
}

const ofConsul = [
  { tool: 'consul', part: 'server', name: 'server-1', version: '1.22.3' },
  { tool: 'consul', part: 'client', name: 'client-1', version: '1.22.2' },
];
const servers = [{ tool: 'nomad', part: 'server', name: 'server-1', version: '1.11.3' }];
const clients = [{ tool: 'nomad', part: 'client', name: 'client-1', version: '1.11.2' }];

test('agents are those that their servers take for alive, and that say which version they are', async () => {
  const { agents } = await scene();
  expect(await agents()).toEqual([...ofConsul, ...servers, ...clients]);
});

test('what is not answered is left out', async () => {
  const { consul, nomad, agents } = await scene();
  nomad[NODES] = 500;
  expect(await agents()).toEqual([...ofConsul, ...servers]);
  nomad[MEMBERS] = 500;
  expect(await agents()).toEqual(ofConsul);
  consul[MEMBERS] = 500;
  expect(await agents()).toEqual([]);
});

test('an interrupt is no answer', async () => {
  const { agents } = await scene();
  const interrupted = AbortSignal.abort();
  expect(await thrown(() => agents(interrupted))).toBe(interrupted.reason);
});
