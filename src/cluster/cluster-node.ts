import type { AgentPorts } from './agent-ports.js';
import { agentsOf, type AgentMode, type AgentProgram, type NodeRole } from './node-roles.js';

/** In the order in which they start. */
export const PROGRAMS: readonly AgentProgram[] = ['consul', 'nomad'];

/** A node of a cluster, wherever it runs. */
export interface ClusterNode {
  /** Also its name in Consul and Nomad. */
  readonly name: string;
  /** Its agents. */
  readonly agents: Readonly<Partial<Record<AgentProgram, AgentMode>>>;
  /** By which the other nodes know it. */
  readonly address: string;
  readonly ports: AgentPorts;
  /**
   * Addresses of the agents' APIs that can be reached from here. An agent behind a firewall is missing: only other agents
   * tell of it.
   */
  readonly open: Readonly<Partial<Record<AgentProgram, string>>>;
  /** Something stands at those addresses that takes connections whether the agent runs or not. */
  readonly relayed?: true;
}

/** The agents of a node of a role. */
export function agentsByProgram(role: NodeRole): ClusterNode['agents'] {
  return Object.fromEntries(agentsOf(role).map(({ program, mode }) => [program, mode]));
}

export function serversOf<Node extends Pick<ClusterNode, 'agents'>>(nodes: readonly Node[], program: AgentProgram): Node[] {
  return nodes.filter(({ agents }) => agents[program] === 'server');
}

/** Nodes on which jobs run. */
export function clientsOf<Node extends Pick<ClusterNode, 'agents'>>(nodes: readonly Node[]): Node[] {
  return nodes.filter(({ agents }) => agents.nomad === 'client');
}

/** The node that a leader's `address:port` means; the address itself when it is none of these. */
export function nodeAt(leader: string | undefined, nodes: readonly ClusterNode[]): string | undefined {
  if (leader === undefined) return undefined;
  const node = nodes.find(({ address, ports }) => [ports.consulRpc, ports.nomadRpc].some((port) => leader === `${address}:${port}`));
  return node?.name ?? leader;
}

/** Nomad's gossip and Raft call a server `name.region`. */
export function nodeOfServer(server: string): string {
  return server.replace(/\.[^.]+$/, '');
}
