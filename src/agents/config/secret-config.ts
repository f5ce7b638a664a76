import type { AgentProgram, AgentRole } from '../../cluster/node-roles.js';
import type { CommonSecrets, NodeSecrets } from '../../security/cluster-secrets.js';
import type { SecretDocument } from '@nomadctl/base/secret/secret';

/** What of an agent's configuration is secret: in a 0600 file of its own, which it reads besides the other. */
export function secretConfig({ program, mode }: AgentRole, common: CommonSecrets, node: NodeSecrets): SecretDocument {
  if (program === 'consul') return { encrypt: common.gossip.consul, acl: { tokens: { agent: node.consul, dns: common.dns } } };
  return { consul: { token: node.nomad }, ...(mode === 'server' ? { server: { encrypt: common.gossip.nomad } } : {}) };
}

/**
 * The keys with which an agent without data begins, the first of them in force: of Consul's agents and Nomad's servers, which have
 * more than one while they are rotated. The configuration has room for one, and with that alone it would understand nobody who
 * sends with the other.
 */
export function gossipKeys({ program, mode }: AgentRole, { gossip, otherGossip }: CommonSecrets): SecretDocument | undefined {
  if (program === 'nomad' && mode === 'client') return undefined;
  return [gossip[program], ...otherGossip[program]];
}

/** Where agents keep the keys that they have, below their data: one that has the file begins with it, whatever its configuration says. */
export const KEYRINGS: Readonly<Record<AgentProgram, string>> = { consul: 'serf/local.keyring', nomad: 'server/serf.keyring' };

/**
 * The management token, for Consul's servers at their first election. Afterwards it must be gone: with it in a configuration,
 * every new leader makes the token again, also one that was deleted.
 */
export function bootstrapConfig(role: AgentRole, { management }: CommonSecrets, bootstrapped: boolean): SecretDocument | undefined {
  if (role.program !== 'consul' || role.mode !== 'server') return undefined;
  return bootstrapped ? {} : { acl: { tokens: { initial_management: management.consul } } };
}
