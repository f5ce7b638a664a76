import { nomadctl } from '@nomadctl/base/hint/hint';
import { waitFor } from '@nomadctl/base/wait-for';
import type { AgentEndpoint } from '../../clients/agent-endpoint.js';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { serversOf } from '../../cluster/cluster-node.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import { tokenUnknown } from './token-unknown.js';
import type { Work } from './work.js';

/** How long the leader of a new cluster may need for its ACLs when there is much else to do; 0.3 to 1 s is usual. */
const UNKNOWN_MS = 20_000;

/**
 * Waits until Consul's ACLs answer to the management token of `cluster`: a leader alone is not enough. Servers are asked in
 * turn, so that one that is down holds nothing up.
 * @returns the server that answered
 * @throws OutcomeError `wait-timeout`, or `token-unknown` when servers answer and go on not to know the token
 */
export async function awaitConsulAcl(cluster: ReachedCluster, { clock, signal, timeoutMs, stillHopeful }: Work): Promise<AgentEndpoint> {
  const servers = serversOf(cluster.nodes, 'consul');
  let turn = 0;
  let unknownSince: number | undefined;
  return waitFor(
    {
      what: "Consul's ACLs",
      timeoutMs,
      clock,
      signal,
      next: nomadctl`status`,
      stillHopeful: () => {
        stillHopeful?.();
        if (unknownSince !== undefined && clock.now() - unknownSince > UNKNOWN_MS) throw tokenUnknown('consul');
      },
    },
    async () => {
      const server = servers[turn % servers.length];
      turn += 1;
      if (!server) return { observed: 'the cluster has no server of Consul' };
      const endpoint = cluster.endpoint(server, 'consul');
      const consul = createConsulApi(endpoint);
      // Without a leader Consul holds the question for seconds before it answers; who leads, it says at once.
      if ((await consul.leader(signal)) === undefined) return { observed: `${server.name} sees no leader` };
      const known = await consul.acl.ownToken(signal).catch((error: unknown) => {
        unknownSince = undefined;
        throw error;
      });
      if (known) return { value: endpoint };
      unknownSince ??= clock.now();
      return { observed: `${server.name} does not know the management token` };
    },
  );
}
