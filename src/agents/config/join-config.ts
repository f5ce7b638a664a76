import type { AgentFacts, Peer } from './agent-facts.js';
import type { Config } from './merge-configs.js';
import { isServerOf, type AgentProgram } from './roles.js';

/** How long an agent waits before it asks again whom to join. */
export const RETRY_INTERVAL: Readonly<Record<AgentFacts['place'], string>> = {
  // On loopback a question costs nothing.
  local: '1s',
  // All hosts boot at once: who is early would wait half a minute for its next try.
  host: '2s',
};

/**
 * Whom an agent joins: every Consul agent and Nomad's servers the servers other than itself, Nomad's clients all servers.
 * Addresses carry ports where nodes may share an address.
 */
export function joinConfig(program: AgentProgram, facts: AgentFacts): Config {
  const { place, role, servers } = facts;
  const peers = servers[program].filter(({ name }) => name !== facts.name);
  if (program === 'consul') return { retry_join: addresses(place, peers, 'consulSerf') };
  const retry = { retry_interval: RETRY_INTERVAL[place] };
  if (isServerOf(role, 'nomad')) return { server: { server_join: { retry_join: addresses(place, peers, 'nomadSerf'), ...retry } } };
  // A client of this computer starts beside its servers and asks every second; a host waits in its first boot until they
  // have a keyring, and later finds in Consul those that came after them.
  return place === 'local'
    ? { client: { server_join: { retry_join: addresses(place, peers, 'nomadRpc'), ...retry } } }
    : { client: { servers: addresses(place, peers, 'nomadRpc') } };
}

function addresses(place: AgentFacts['place'], peers: readonly Peer[], port: keyof Peer['ports']): string[] {
  return peers.map(({ address, ports }) => (place === 'local' ? `${address}:${ports[port]}` : address));
}
