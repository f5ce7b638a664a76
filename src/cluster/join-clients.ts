import type { Clock } from '@nomadctl/base/clock';
import type { Hint } from '@nomadctl/base/hint/hint';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { waitFor } from '@nomadctl/base/wait-for';
import { createNomadApi } from '../clients/nomad-api.js';
import { clientsOf, serversOf } from './cluster-node.js';
import type { ReachedCluster } from './reach.js';

export interface ClientJoin {
  /** For a client that does not answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called before each look; throws when waiting is hopeless. */
  readonly stillHopeful?: () => void;
  /** Of a node whose agent does not answer: the command that tells more. */
  readonly next: (node: string) => Hint;
}

/**
 * Tells Nomad's clients that know no server whom to register with, as soon as they answer. One that has been told tries within
 * a third of a second. To be called when the servers have a keyring. @throws OutcomeError `wait-timeout`
 */
export async function joinClients(cluster: ReachedCluster, { next, ...wait }: ClientJoin): Promise<void> {
  const servers = serversOf(cluster.nodes, 'nomad').map(({ address, ports }) => `${address}:${ports.nomadRpc}`);
  await mapBounded(clientsOf(cluster.nodes), REQUESTS_AT_ONCE, (node) => {
    const nomad = createNomadApi(cluster.endpoint(node, 'nomad'));
    return waitFor({ ...wait, what: `Nomad on ${node.name} to answer`, next: next(node.name) }, async () => {
      const known = await nomad.serversOfClient(wait.signal);
      if (known.length === 0) await nomad.giveServers(servers, wait.signal);
      return { value: true };
    });
  });
}
