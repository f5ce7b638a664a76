/** What a node of each role runs, wherever it is. */

export type NodeRole = 'server' | 'consul-server' | 'nomad-server' | 'client';
export type AgentProgram = 'consul' | 'nomad';
export type AgentMode = 'server' | 'client';

/** One agent of one node. */
export interface AgentRole {
  readonly program: AgentProgram;
  readonly mode: AgentMode;
}

/**
 * Every node has a Consul agent of its own: Nomad removes the services that it does not know from the Consul agent it talks
 * to, so two Nomad agents must not share one.
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

export function agentsOf(role: NodeRole): readonly AgentRole[] {
  return AGENTS[role];
}

export function agentOf(role: NodeRole, program: AgentProgram): AgentRole | undefined {
  return AGENTS[role].find((agent) => agent.program === program);
}

export function isServerOf(role: NodeRole, program: AgentProgram): boolean {
  return agentOf(role, program)?.mode === 'server';
}

/** What runs jobs. */
export function isNomadClient({ program, mode }: AgentRole): boolean {
  return program === 'nomad' && mode === 'client';
}

/** The number of servers to expect at the first election (`bootstrap_expect`); 0 for a client. */
export function expectedVoters(role: NodeRole, nodes: readonly { readonly role: NodeRole }[]): number {
  const program = agentsOf(role).find(({ mode }) => mode === 'server')?.program;
  return program === undefined ? 0 : nodes.filter((other) => isServerOf(other.role, program)).length;
}
