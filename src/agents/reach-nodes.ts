import { accessOf, reach, type ReachedCluster } from '../cluster/reach.js';
import { agentsByProgram, type ClusterNode } from '../cluster/cluster-node.js';
import type { NodeRecord } from './node-record.js';

/** The door to the agents of this computer: all of them can be asked. */
export function reachNodes(nodes: readonly NodeRecord[], at: Parameters<typeof accessOf>[0]): ReachedCluster {
  return reach(nodes.map(nodeOf), accessOf(at));
}

export function nodeOf({ name, role, address, ports }: NodeRecord): ClusterNode {
  return { name, agents: agentsByProgram(role), address, ports, open: { consul: address, nomad: address } };
}
