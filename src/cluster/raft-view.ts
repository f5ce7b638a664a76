import { createConsulApi } from '../clients/consul-api.js';
import { createNomadApi } from '../clients/nomad-api.js';
import type { AgentQuestion } from './cluster-health.js';
import type { ReachedCluster } from './reach.js';

/** What one server alone knows, and tells at once, also while nobody leads. */
export interface RaftView {
  /** Addresses of Raft's peers; none before there ever was a leader. */
  readonly peers: readonly string[];
  /** `address:port` of the leader. */
  readonly leader: string | undefined;
}

/** @throws ApiError when it does not answer */
export async function raftView(cluster: ReachedCluster, { node, program, signal }: AgentQuestion): Promise<RaftView> {
  const endpoint = cluster.endpoint(node, program);
  if (program === 'consul') {
    const consul = createConsulApi(endpoint);
    return { peers: await consul.raftAddresses(signal), leader: await consul.leader(signal) };
  }
  const nomad = createNomadApi(endpoint);
  return { peers: await nomad.raftAddresses(signal), leader: await nomad.knownLeader(signal) };
}
