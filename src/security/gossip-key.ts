import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Redactor } from '@nomadctl/base/redact';
import type { Secret } from '@nomadctl/base/secret/secret';
import type { AgentProgram } from '../cluster/node-roles.js';
import { readSecrets } from '../config/secrets.js';
import { GOSSIP } from './cluster-secrets.js';

/** By which the members of a pool know each other; nothing where they do not ask. @throws what `readSecrets` throws */
export async function gossipKey(
  { paths, redact }: { readonly paths: Pick<ClusterPaths, 'secrets'>; readonly redact: Redactor },
  program: AgentProgram,
): Promise<Secret | undefined> {
  const found: Readonly<Record<string, Secret | undefined>> = await readSecrets(paths, [GOSSIP[program]], { redact });
  return found[GOSSIP[program]];
}
