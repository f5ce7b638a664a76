import type { Context } from '../context.js';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import type { ClientIdentity } from '../clients/agent-endpoint.js';
import { accessOf, type AgentAccess } from '../cluster/reach.js';
import { readManagementTokens } from './cluster-secrets.js';

export interface SecuredCluster extends Pick<Context, 'env' | 'redact'> {
  readonly paths: Pick<ClusterPaths, 'agents' | 'secrets' | 'ca' | 'operator'>;
}

/**
 * By whose leave the agents of a secured cluster are asked: its authority says who they are, its management tokens, and the
 * operator's certificate where it has one, who we are.
 * @throws ConfigError `secrets-missing`, and what `readSecrets` throws.
 */
export async function securedAccess({ paths, env, redact }: SecuredCluster): Promise<AgentAccess> {
  const [pem, tokens] = await Promise.all([readIfThere(paths.ca, 'authority-unreadable'), readManagementTokens({ paths, redact })]);
  if (!tokens.consul || !tokens.nomad) throw missing(paths.secrets, paths);
  // From the key, it is made again as it was.
  if (pem === undefined) throw missing(paths.ca, paths, nomadctl`up`);
  const identity = await identityIn(paths.operator, redact);
  return { ...accessOf({ env }), ca: { pem, file: paths.ca }, ...(identity ? { identity } : {}), tokens };
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
    next: next ?? hint`${nomadctl`state backup list`}   shows backups that may have it; without any, end the cluster: ${nomadctl`down`}`,
  });
}
