import { createConsulApi, type ConsulApi } from '../clients/consul/consul-api.js';
import { isAnswering } from '../clients/probe/is-listening.js';
import { createNomadApi, type NomadApi } from '../clients/nomad-api.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { serversOf, type ClusterNode } from './cluster-node.js';
import type { AgentProgram } from './node-roles.js';
import type { ReachedCluster } from './reach.js';

const TITLES = { consul: 'Consul', nomad: 'Nomad' } as const;

export interface Asking {
  readonly signal: AbortSignal;
  /** Name of a server that is about to go. */
  readonly avoiding?: string;
}

/**
 * The first server that takes connections; all are asked at once.
 * @throws OutcomeError `no-server`.
 */
export async function answeringServer(cluster: ReachedCluster, program: AgentProgram, { signal, avoiding }: Asking): Promise<ClusterNode> {
  const servers = serversOf(cluster.nodes, program).filter(({ name }) => name !== avoiding);
  const answers = await mapBounded(servers, REQUESTS_AT_ONCE, (server) => isAnswering(cluster.endpoint(server, program), signal));
  signal.throwIfAborted();
  const found = servers.find((_, index) => answers[index]);
  if (found) return found;
  throw new OutcomeError(`none of the ${TITLES[program]} servers answers`, {
    code: 'no-server',
    why:
      servers.length === 0 ? 'the cluster has no other' : `asked at ${servers.map((one) => cluster.endpoint(one, program).url).join(', ')}`,
    next: nomadctl`status`,
  });
}

/** The first server when it answers, else the first other one that does. When none does, the first one. */
export async function livingServer(cluster: ReachedCluster, program: AgentProgram, signal: AbortSignal): Promise<ClusterNode | undefined> {
  const [first, ...others] = serversOf(cluster.nodes, program);
  if (!first || (await isAnswering(cluster.endpoint(first, program), signal))) return first;
  const found = await answeringServer({ ...cluster, nodes: others }, program, { signal }).catch((error: unknown) => {
    if (error instanceof OutcomeError) return undefined;
    throw error;
  });
  return found ?? first;
}

/** Nomad, through the first of its servers that answers. @throws OutcomeError `no-server` */
export async function nomadOf(cluster: ReachedCluster, asking: Asking): Promise<NomadApi> {
  return createNomadApi(cluster.endpoint(await answeringServer(cluster, 'nomad', asking), 'nomad'));
}

/** Consul, through the first of its servers that answers. @throws OutcomeError `no-server` */
export async function consulOf(cluster: ReachedCluster, asking: Asking): Promise<ConsulApi> {
  return createConsulApi(cluster.endpoint(await answeringServer(cluster, 'consul', asking), 'consul'));
}
