import { createConsulCluster, type ConsulCluster } from '../clients/consul-cluster.js';
import { answeringServer } from './answering-server.js';
import type { ClusterHost } from './cluster-host.js';

/**
 * Consul, through the first of its servers that answers.
 * @param avoiding names of servers that are about to go.
 * @throws OutcomeError `no-server`.
 */
export async function consulOf(
  hosts: readonly ClusterHost[],
  signal: AbortSignal,
  avoiding: readonly string[] = [],
): Promise<ConsulCluster> {
  return createConsulCluster({ url: await answeringServer('consul-server', { hosts, signal, avoiding }) });
}
