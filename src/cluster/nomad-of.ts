import { createNomadCluster, type NomadCluster } from '../clients/nomad-cluster.js';
import { answeringServer } from './answering-server.js';
import type { ClusterHost } from './cluster-host.js';

/**
 * Nomad, through the first of its servers that answers.
 * @param avoiding names of servers that are about to go.
 * @throws OutcomeError `no-server`.
 */
export async function nomadOf(hosts: readonly ClusterHost[], signal: AbortSignal, avoiding: readonly string[] = []): Promise<NomadCluster> {
  return createNomadCluster({ url: await answeringServer('nomad-server', { hosts, signal, avoiding }) });
}

/** Names of a cluster's clients. */
export function clientsIn(hosts: readonly ClusterHost[]): string[] {
  return hosts.filter(({ role }) => role === 'client').map(({ name }) => name);
}
