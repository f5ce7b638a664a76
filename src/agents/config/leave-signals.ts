import { agentsOf, type AgentProgram, type NodeRole } from './roles.js';

/**
 * By which an agent of a host says goodbye and ends, as `leaving` in node-differences.ts has it: not the one by which systemd
 * ends it (templates/packer/host).
 */
const LEAVE_SIGNAL: Readonly<Record<AgentProgram, 'SIGINT' | 'SIGTERM'>> = { consul: 'SIGINT', nomad: 'SIGTERM' };

/** Agents of a host in the order in which they leave: Nomad, and then the Consul that has its services. */
export function leavingAgents(role: NodeRole): { readonly program: AgentProgram; readonly signal: 'SIGINT' | 'SIGTERM' }[] {
  return agentsOf(role)
    .map(({ program }) => ({ program, signal: LEAVE_SIGNAL[program] }))
    .reverse();
}
