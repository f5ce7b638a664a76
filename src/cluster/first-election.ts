import { createConsulApi } from '../clients/consul/consul-api.js';
import { createNomadApi } from '../clients/nomad-api.js';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { AgentQuestion } from './cluster-health.js';
import { serversOf, type ClusterNode } from './cluster-node.js';
import type { AgentProgram } from './node-roles.js';
import type { ReachedCluster } from './reach.js';
import { failureText } from './raft-seen.js';

/**
 * What servers know of a first election: `none`, all of them wait for it; `held`, one at least has peers; `unknown`, one
 * does not answer, and has perhaps.
 */
export type FirstElection = 'none' | 'held' | 'unknown';

/** Asks these servers, and no others. */
export async function firstElection(
  cluster: ReachedCluster,
  servers: readonly { readonly node: ClusterNode; readonly program: AgentProgram }[],
  signal: AbortSignal,
): Promise<FirstElection> {
  const known = await mapBounded(servers, REQUESTS_AT_ONCE, ({ node, program }) => raftAddresses({ node, program, cluster, signal }));
  if (known.some((answer) => typeof answer !== 'string' && answer.length > 0)) return 'held';
  return known.some((answer) => typeof answer === 'string') ? 'unknown' : 'none';
}

/** Whether a Raft cluster exists. False only when servers answer and none has ever known a leader: then no data can be lost. */
export async function hasFormed({ program, cluster, signal }: Question): Promise<boolean> {
  const servers = serversOf(cluster.nodes, program);
  const known = await mapBounded(servers, REQUESTS_AT_ONCE, (node) => raftAddresses({ node, program, cluster, signal }));
  const answers = known.filter((answer) => typeof answer !== 'string');
  return answers.length === 0 || answers.some((addresses) => addresses.length > 0);
}

interface Question {
  readonly program: AgentProgram;
  readonly cluster: ReachedCluster;
  readonly signal: AbortSignal;
}

/** What a server has of Raft's peers; the text of its failure when it does not answer. */
async function raftAddresses({
  node,
  program,
  cluster,
  signal,
}: Question & { readonly node: ClusterNode }): Promise<readonly string[] | string> {
  const endpoint = cluster.endpoint(node, program);
  const api = program === 'consul' ? createConsulApi(endpoint) : createNomadApi(endpoint);
  return api.raftAddresses(signal).catch((error: unknown) => failureText(error));
}

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
