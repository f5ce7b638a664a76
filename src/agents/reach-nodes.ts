import { accessOf, reach, type ReachedCluster } from '../cluster/reach.js';
import type { ClusterNode } from '../cluster/cluster-node.js';
import type { NodeRecord } from './node-record.js';
import { agentsOf } from './topology.js';

/** The door to the agents of this computer: all of them can be asked. */
export function reachNodes(nodes: readonly NodeRecord[], at: Parameters<typeof accessOf>[0]): ReachedCluster {
  return reach(nodes.map(nodeOf), accessOf(at));
}

export function nodeOf({ name, role, address, ports }: NodeRecord): ClusterNode {
  const agents = Object.fromEntries(agentsOf(role).map(({ program, mode }) => [program, mode]));
  return { name, agents, address, ports, open: { consul: address, nomad: address } };
}
