import { isAbort } from '@nomadctl/base/errors';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { consulOf, nomadOf } from './answering-server.js';
import { nodeOfServer, type ClusterNode } from './cluster-node.js';
import type { ReachedCluster } from './reach.js';

export interface ForgetRequest {
  readonly node: ClusterNode;
  readonly cluster: ReachedCluster;
  readonly signal: AbortSignal;
}

/**
 * Tells the other members that a stopped node will not return: otherwise they would wait three days for it. A node that
 * left has told them itself. A member that does not answer learns it by itself.
 */
export async function forgetNode({ node, cluster, signal }: ForgetRequest): Promise<void> {
  const others = { signal, avoiding: node.name };
  const consul = await consulOf(cluster, others).catch(ignoreFailure);
  const member = (await consul?.members(signal).catch(ignoreFailure))?.find(({ name }) => name === node.name);
  if (member && member.status !== 'left') await consul?.forceLeave(node.name, signal).catch(ignoreFailure);
  if (!node.agents.nomad) return;
  const nomad = await nomadOf(cluster, others).catch(ignoreFailure);
  if (node.agents.nomad === 'server') {
    const server = (await nomad?.servers(signal).catch(ignoreFailure))?.find(({ name }) => nodeOfServer(name) === node.name);
    if (server && server.status !== 'left') await nomad?.forceLeave(server.name, signal).catch(ignoreFailure);
    return;
  }
  const clients = (await nomad?.watchNodes({ index: 0, signal }).catch(ignoreFailure))?.value ?? [];
  const gone = clients.filter(({ Name }) => Name === node.name);
  await mapBounded(gone, REQUESTS_AT_ONCE, async ({ ID }) => nomad?.purgeNode(ID, signal).catch(ignoreFailure));
}

/** Ignores a failed request. @throws what an interrupt throws. */
function ignoreFailure(error: unknown): undefined {
  if (isAbort(error)) throw error;
}
