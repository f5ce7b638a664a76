import { reach, type ReachedCluster } from '../../src/cluster/reach.js';
import { nodeDouble, type NodeDouble } from './agent-double.js';

export const LEADER = '/v1/status/leader';
export const MEMBERS = '/v1/agent/members';
export const RAFT = '/v1/operator/raft/configuration';
export const KEYS = '/v1/operator/keyring/keys';
export const NODES = '/v1/nodes';
export const ALIVE = 1;
export const LEFT = 3;
export const FAILED = 4;

/** As Consul lists a node, and as Nomad lists a server. */
export const member = (Name: string, Status: number) => ({ Name, Addr: '127.0.0.1', Status, Tags: {} });
export const server = (name: string, Status: string) => ({ Name: `${name}.global`, Addr: '127.0.0.1', Status, Tags: {} });
export const peer = (Node: string, Voter = true) => ({ ID: Node, Node, Address: '127.0.0.1:1', Voter });

export interface WholeCluster {
  readonly one: NodeDouble;
  readonly two: NodeDouble;
  readonly client: NodeDouble;
  readonly cluster: ReachedCluster;
}

/** Two servers of both programs and a client, all as it should be. A test breaks what it is about. */
export async function wholeCluster({ hideClient = false } = {}): Promise<WholeCluster> {
  const [one, two] = [
    await nodeDouble({ name: 'server-1', consul: 'server', nomad: 'server' }),
    await nodeDouble({ name: 'server-2', consul: 'server', nomad: 'server' }),
  ];
  const client = await nodeDouble({ name: 'client-1', consul: 'client', nomad: 'client', hidden: hideClient ? ['consul', 'nomad'] : [] });
  for (const { consul, nomad } of [one, two]) {
    Object.assign(consul, {
      [LEADER]: '127.0.0.1:8300',
      [RAFT]: { Servers: [peer('server-1'), peer('server-2')] },
      [MEMBERS]: ['server-1', 'server-2', 'client-1'].map((name) => member(name, ALIVE)),
    });
    Object.assign(nomad, {
      [LEADER]: '127.0.0.1:4647',
      [KEYS]: [{}],
      [RAFT]: { Servers: [peer('server-1.global'), peer('server-2.global')] },
      [MEMBERS]: { Members: [server('server-1', 'alive'), server('server-2', 'alive')] },
      [NODES]: [{ ID: 'c1', Name: 'client-1', Status: 'ready' }],
    });
  }
  client.consul[LEADER] = '127.0.0.1:8300';
  return { one, two, client, cluster: reach([one.node, two.node, client.node], {}) };
}
