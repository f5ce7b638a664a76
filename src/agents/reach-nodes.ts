import type { Context } from '../context.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell, type Hint } from '@nomadctl/base/hint/hint';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import type { ClientIdentity } from '../clients/agent-endpoint.js';
import { accessOf, reach, type AgentAccess, type ReachedCluster } from '../cluster/reach.js';
import { agentsByProgram, type ClusterNode } from '../cluster/cluster-node.js';
import { readManagementTokens } from '../security/cluster-secrets.js';
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
  const plain = accessOf({ env });
  if (profileOf(paths.agents) !== 'secure') return plain;
  const [pem, tokens] = await Promise.all([readIfThere(paths.ca, 'authority-unreadable'), readManagementTokens({ paths, redact })]);
  if (!tokens.consul || !tokens.nomad) throw missing(paths.secrets, paths);
  // From the key, it is made again as it was.
  if (pem === undefined) throw missing(paths.ca, paths, nomadctl`up`);
  const identity = await identityIn(paths.operator, redact);
  return { ...plain, ca: { pem, file: paths.ca }, ...(identity ? { identity } : {}), tokens };
}

/** The operator's certificate, where the cluster has one: `certify-nodes` makes it before any agent asks for it. */
async function identityIn(files: ClusterPaths['operator'], redact: Redactor): Promise<ClientIdentity | undefined> {
  const [certificate, key] = await Promise.all([readIfThere(files.certificate), readIfThere(files.key)]);
  return certificate === undefined || key === undefined ? undefined : { certificate, key: new Secret(key, redact), files };
}

function missing(path: string, { agents }: Pick<ClusterPaths, 'agents'>, next?: Hint): ConfigError {
  return new ConfigError(`the cluster's agents cannot be asked without ${path}`, {
    code: 'secrets-missing',
    why: `they were made with profile secure (${agents}), and what they ask for is not there`,
    next: next ?? hint`${shell`ls -l ${path}`}, put it back from where it was kept, or end the cluster: ${nomadctl`down`}`,
  });
}

export function nodeOf({ name, role, address, ports }: NodeRecord): ClusterNode {
  return { name, agents: agentsByProgram(role), address, ports, open: { consul: address, nomad: address } };
}
