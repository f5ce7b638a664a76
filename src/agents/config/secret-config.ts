import type { AgentRole } from '../../cluster/node-roles.js';
import type { CommonSecrets, NodeSecrets } from '../../security/cluster-secrets.js';
import type { SecretDocument } from '@nomadctl/base/secret/secret';

/** What of an agent's configuration is secret: in a 0600 file of its own, which it reads besides the other. */
export function secretConfig({ program, mode }: AgentRole, common: CommonSecrets, node: NodeSecrets): SecretDocument {
  if (program === 'consul') return { encrypt: common.gossip.consul, acl: { tokens: { agent: node.consul, dns: common.dns } } };
  return { consul: { token: node.nomad }, ...(mode === 'server' ? { server: { encrypt: common.gossip.nomad } } : {}) };
}

/**
 * The management token, for Consul's servers at their first election. Afterwards it must be gone: with it in a configuration,
 * every new leader makes the token again, also one that was deleted.
 */
export function bootstrapConfig(role: AgentRole, { management }: CommonSecrets, bootstrapped: boolean): SecretDocument | undefined {
  if (role.program !== 'consul' || role.mode !== 'server') return undefined;
  return bootstrapped ? {} : { acl: { tokens: { initial_management: management.consul } } };
}
