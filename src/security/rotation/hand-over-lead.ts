import { isAbort } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { waitFor } from '@nomadctl/base/wait-for';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import { leaderSeenBy } from '../../cluster/cluster-health.js';
import { nodeAt, nodeOfServer, serversOf } from '../../cluster/cluster-node.js';
import type { AgentProgram } from '../../cluster/node-roles.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import type { Work } from '../acl/work.js';
import type { FleetAgent } from './fleet.js';

const HAND_OVER_MS = 10_000;

/**
 * Has another server lead before the one that does ends: a leader that is gone is noticed only after a second, in which whoever asks
 * Consul for a service of the mesh gets none. One that will not hand over is restarted all the same.
 */
export async function handOverLead(
  cluster: ReachedCluster,
  { node, program, mode }: FleetAgent,
  { clock, signal }: Pick<Work, 'clock' | 'signal'>,
): Promise<void> {
  const others = serversOf(cluster.nodes, program).filter(({ name }) => name !== node.name);
  if (mode !== 'server' || others.length === 0 || (await leaderOf(cluster, program, signal)) !== node.name) return;
  const endpoint = cluster.endpoint(node, program);
  try {
    if (program === 'consul') await createConsulApi(endpoint).handOverLead(signal);
    else {
      const nomad = createNomadApi(endpoint);
      const heir = (await nomad.raftPeers(signal)).find(({ voter, node: peer }) => voter && nodeOfServer(peer) !== node.name);
      if (heir) await nomad.handOverLead(heir.id, signal);
    }
    const asked = cluster.nodes.filter((one) => cluster.canAsk(one, program));
    const wait = { what: `another leader of ${program}`, timeoutMs: HAND_OVER_MS, clock, signal, next: nomadctl`status` };
    await waitFor(wait, async () => {
      const seen = await mapBounded(asked, REQUESTS_AT_ONCE, (one) => leaderSeenBy(cluster, { node: one, program, signal }));
      const isOver = seen.every((leader) => leader !== undefined && nodeAt(leader, cluster.nodes) !== node.name);
      return isOver ? { value: true } : { observed: `${node.name} leads` };
    });
  } catch (error) {
    if (signal.aborted || isAbort(error)) throw error;
  }
}

/** Name of the node that leads, as the first server that answers sees it. */
export async function leaderOf(cluster: ReachedCluster, program: AgentProgram, signal: AbortSignal): Promise<string | undefined> {
  for (const node of serversOf(cluster.nodes, program)) {
    const leader = await leaderSeenBy(cluster, { node, program, signal }).catch(() => undefined);
    signal.throwIfAborted();
    if (leader !== undefined) return nodeAt(leader, cluster.nodes);
  }
  return undefined;
}
