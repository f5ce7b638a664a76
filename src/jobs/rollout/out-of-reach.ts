import { isOutOfReach } from '../../clients/live-allocations.js';
import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import type { ClusterConnection } from '../../cluster/connection.js';

/**
 * Names of clients that are away and had something of a job: it may run there for as long as they are, and ends when they are
 * back. Of a client that is back, Nomad knows what became of it.
 */
export async function clientsOutOfReach(api: NomadApi, allocations: readonly Allocation[], signal: AbortSignal): Promise<string[]> {
  const away = allocations.filter(isOutOfReach);
  if (away.length === 0) return [];
  const { value: nodes } = await api.watchNodes({ index: 0, signal });
  const gone = new Set(nodes.filter(({ Status }) => Status !== 'ready').map(({ ID }) => ID));
  return [...new Set(away.filter(({ NodeID }) => gone.has(NodeID)).map(({ NodeName }) => NodeName))].sort();
}

/** The same of a deployed job. */
export async function clientsAwayWith({ nomad }: ClusterConnection, id: string, signal: AbortSignal): Promise<string[]> {
  const api = createNomadApi(nomad);
  const { value } = await api.allocations(id, { index: 0, signal, all: true });
  return clientsOutOfReach(api, value, signal);
}
