import type { ClusterState } from './local-state.js';
import { agentFiles, type AgentFiles, type NodeRecord } from './node-record.js';
import { agentsOf, type AgentRole } from '../cluster/node-roles.js';

/** One agent of a cluster with its files, as every step handles it. */
export interface Agent extends AgentRole {
  readonly node: NodeRecord;
  readonly files: AgentFiles;
}

/** @param agents the folder of all agents. */
export function agentsIn(nodes: readonly NodeRecord[], agents: string): Agent[] {
  return nodes.flatMap((node) =>
    agentsOf(node.role).map((role) => ({ ...role, node, files: agentFiles(agents, node.name, role.program) })),
  );
}

/** Those that are servers, also of nodes that are to be removed: until then they vote. */
export function serverAgentsIn({ nodes = [], leaving = [] }: Partial<Pick<ClusterState, 'nodes' | 'leaving'>>, agents: string): Agent[] {
  return agentsIn([...nodes, ...leaving], agents).filter(({ mode }) => mode === 'server');
}
