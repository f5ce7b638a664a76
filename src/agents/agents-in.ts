import { agentFiles, type AgentFiles, type NodeRecord } from './node-record.js';
import { agentsOf, type AgentRole } from './config/roles.js';

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
