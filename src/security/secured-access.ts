import type { Context } from '../context.js';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { accessOf, type AgentAccess } from '../cluster/reach.js';
import { readManagementTokens } from './cluster-secrets.js';

export interface SecuredCluster extends Pick<Context, 'env' | 'redact'> {
  readonly paths: Pick<ClusterPaths, 'agents' | 'secrets' | 'ca'>;
}

/**
 * By whose leave the agents of a secured cluster are asked: its authority says who they are, its management tokens who we are.
 * @throws ConfigError `secrets-missing`, and what `readSecrets` throws.
 */
export async function securedAccess({ paths, env, redact }: SecuredCluster): Promise<AgentAccess> {
  const [pem, tokens] = await Promise.all([readIfThere(paths.ca, 'authority-unreadable'), readManagementTokens({ paths, redact })]);
  if (pem === undefined) throw missing(paths.ca, paths);
  if (!tokens.consul || !tokens.nomad) throw missing(paths.secrets, paths);
  return { ...accessOf({ env }), ca: { pem, file: paths.ca }, tokens };
}

function missing(path: string, { agents }: Pick<ClusterPaths, 'agents'>): ConfigError {
  return new ConfigError(`the cluster's agents cannot be asked without ${path}`, {
    code: 'secrets-missing',
    why: `they were made with profile secure (${agents}), and what they ask for is not there`,
    next: hint`${shell`ls -l ${path}`}, put it back from where it was kept, or end the cluster: ${nomadctl`down`}`,
  });
}
