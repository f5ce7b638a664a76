import type { AgentMode, AgentProgram } from '../cluster/cluster-node.js';

/** Which nodes a cluster on this computer has, and which agents run on each. Pure: settings in, nodes out. */

export type { AgentProgram };
export type NodeRole = 'server' | 'consul-server' | 'nomad-server' | 'client';

export interface NodeName {
  /** `server-1`, `client-2`: forever; it is also the agents' node name. */
  readonly name: string;
  readonly role: NodeRole;
}

export interface Size {
  readonly servers: number;
  readonly clients: number;
  readonly splitRoles: boolean;
}

/** One agent of one node. */
export interface AgentRole {
  readonly program: AgentProgram;
  readonly mode: AgentMode;
}

/**
 * Every node has a Consul agent of its own, as on real hosts: Nomad removes the services that it does not know from the
 * Consul agent it talks to, so two Nomad agents must not share one.
 * https://developer.hashicorp.com/nomad/docs/networking/consul
 */
const AGENTS: Readonly<Record<NodeRole, readonly AgentRole[]>> = {
  server: [
    { program: 'consul', mode: 'server' },
    { program: 'nomad', mode: 'server' },
  ],
  'consul-server': [{ program: 'consul', mode: 'server' }],
  'nomad-server': [
    { program: 'consul', mode: 'client' },
    { program: 'nomad', mode: 'server' },
  ],
  client: [
    { program: 'consul', mode: 'client' },
    { program: 'nomad', mode: 'client' },
  ],
};

export function nodesFor({ servers, clients, splitRoles }: Size): NodeName[] {
  const roles: [NodeRole, number][] = splitRoles
    ? [
        ['consul-server', servers],
        ['nomad-server', servers],
        ['client', clients],
      ]
    : [
        ['server', servers],
        ['client', clients],
      ];
  return roles.flatMap(([role, amount]) => Array.from({ length: amount }, (_, index) => ({ name: `${role}-${index + 1}`, role })));
}

export function agentsOf(role: NodeRole): readonly AgentRole[] {
  return AGENTS[role];
}

export function agentOf(role: NodeRole, program: AgentProgram): AgentRole | undefined {
  return AGENTS[role].find((agent) => agent.program === program);
}

export function isServerOf(role: NodeRole, program: AgentProgram): boolean {
  return agentOf(role, program)?.mode === 'server';
}
