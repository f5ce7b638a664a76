import type { Context } from '../../context.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { reachHosts, type ClusterHost } from '../../cluster/cluster-host.js';
import { accessOf, type ReachedCluster } from '../../cluster/reach.js';
import { securedAccess } from '../../security/secured-access.js';
import { isSecured } from './profile.js';

/** Whose agents are to be reached, and by whose leave. */
export interface ReachRequest extends Pick<Context, 'env' | 'redact'> {
  readonly cluster: { readonly paths: Pick<ClusterPaths, 'agents' | 'secrets' | 'ca' | 'operator'> };
}

/**
 * The door to the agents of a cluster's hosts.
 * @throws ConfigError `secrets-missing`, and what `readSecrets` throws.
 */
export async function reachCluster(
  hosts: readonly ClusterHost[],
  { cluster: { paths }, env, redact }: ReachRequest,
): Promise<ReachedCluster> {
  return reachHosts(hosts, isSecured(paths) ? await securedAccess({ paths, env, redact }) : accessOf({ env }));
}
