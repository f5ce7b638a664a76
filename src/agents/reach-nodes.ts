import type { Context } from '../context.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { accessOf, reach, type AgentAccess, type ReachedCluster } from '../cluster/reach.js';
import { agentsByProgram, type ClusterNode } from '../cluster/cluster-node.js';
import { securedAccess } from '../security/secured-access.js';
import type { NodeRecord } from './node-record.js';
import { profileOf } from './profile/profile-mark.js';

/** Whose agents are to be reached, and by whose leave. */
export interface ReachRequest extends Pick<Context, 'env' | 'redact'> {
  readonly cluster: { readonly paths: Pick<ClusterPaths, 'agents' | 'secrets' | 'ca' | 'operator'> };
}

/**
 * The door to the agents of this computer: all of them can be asked. Those of a secured cluster by its authority, and with its
 * management tokens.
 * @throws ConfigError `secrets-missing`, and what `readSecrets` throws.
 */
export async function reachNodes(nodes: readonly NodeRecord[], at: ReachRequest): Promise<ReachedCluster> {
  return reach(nodes.map(nodeOf), await accessTo(at));
}

async function accessTo({ cluster: { paths }, env, redact }: ReachRequest): Promise<AgentAccess> {
  return profileOf(paths.agents) === 'secure' ? securedAccess({ paths, env, redact }) : accessOf({ env });
}

export function nodeOf({ name, role, address, ports }: NodeRecord): ClusterNode {
  return { name, agents: agentsByProgram(role), address, ports, open: { consul: address, nomad: address } };
}
