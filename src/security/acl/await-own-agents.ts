import { isAbort } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Secret } from '@nomadctl/base/secret/secret';
import { waitFor } from '@nomadctl/base/wait-for';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import type { ClusterNode } from '../../cluster/cluster-node.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import type { Work } from './work.js';

/** An agent that has not joined by then has another trouble, which others tell of. */
const LONGEST_MS = 30_000;

/**
 * Waits until the Consul agent beside each Nomad agent takes that one's token. One that has not joined its servers yet refuses
 * every token (403, as of accessor `primary-dc-down`), and a Nomad client that meets it looks again only 20 to 40 s later: ready
 * meanwhile, and nothing with a service of Consul is placed there (seen with 1.22.3 and 1.11.3).
 */
export async function awaitOwnAgents(cluster: ReachedCluster, tokens: Readonly<Record<string, Secret>>, work: Work): Promise<void> {
  const asked = cluster.nodes.filter((node) => node.agents.nomad !== undefined && cluster.canAsk(node, 'consul'));
  await mapBounded(asked, REQUESTS_AT_ONCE, async (node) => {
    const token = tokens[node.name];
    if (token === undefined) return;
    await awaitAgent(cluster, { node, token }, work).catch((error: unknown) => {
      if (work.signal.aborted || isAbort(error)) throw error;
    });
  });
}

async function awaitAgent(cluster: ReachedCluster, { node, token }: { node: ClusterNode; token: Secret }, work: Work): Promise<void> {
  const consul = createConsulApi({ ...cluster.endpoint(node, 'consul'), token });
  const wait = { ...work, what: `Consul's agent on ${node.name}`, timeoutMs: Math.min(LONGEST_MS, work.timeoutMs), next: nomadctl`status` };
  await waitFor(wait, async () => ({ value: await consul.version(work.signal) }));
}
