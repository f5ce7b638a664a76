import { isListening } from '../clients/is-listening.js';
import { createNomadCluster, type NomadCluster } from '../clients/nomad-cluster.js';
import { OutcomeError } from '../errors.js';
import { hostsOf, nomadUrl } from './agent-urls.js';
import type { UcloudHost } from './ucloud-state.js';

/**
 * Nomad, through the first of its servers that answers.
 * @param avoiding names of servers that are about to go.
 * @throws OutcomeError `no-server`.
 */
export async function nomadOf(hosts: readonly UcloudHost[], signal: AbortSignal, avoiding: readonly string[] = []): Promise<NomadCluster> {
  const servers = hostsOf({ hosts }, 'nomad-server').filter(({ name }) => !avoiding.includes(name));
  for (const server of servers) if (await isListening(nomadUrl(server), signal)) return createNomadCluster({ url: nomadUrl(server) });
  signal.throwIfAborted();
  throw new OutcomeError('none of the Nomad servers answers', {
    code: 'no-server',
    why: servers.length === 0 ? 'the cluster has none' : `asked at ${servers.map(nomadUrl).join(', ')}`,
    next: 'nomadctl status',
  });
}

/** Names of a cluster's clients. */
export function clientsIn(hosts: readonly UcloudHost[]): string[] {
  return hosts.filter(({ role }) => role === 'client').map(({ name }) => name);
}
