import { agentsOf, type NodeRole } from '../../cluster/node-roles.js';

/** Nomad's name of the region that every cluster of ours is in; its default. */
export const REGION = 'global';

/** A node that is to have a certificate. */
export interface CertifiedNode {
  readonly name: string;
  readonly role: NodeRole;
  readonly datacenter: string;
  /** By which other nodes and nomadctl reach it. */
  readonly addresses: readonly string[];
}

export interface CertifiedNames {
  readonly dns: readonly string[];
  readonly ip: readonly string[];
}

/**
 * What the certificate of somebody who asks agents vouches for: the operator, or the tasks of a node. A name under a domain that
 * nobody has (https://www.rfc-editor.org/rfc/rfc6762#appendix-G), and never one of an agent's role.
 */
export function askerNames(who: string): CertifiedNames {
  return { dns: [`${who}.nomadctl.internal`], ip: [] };
}

/**
 * What a node's certificate vouches for, one for both of its agents. `server.dc1.consul` and `server.global.nomad` are what
 * agents look for before they take somebody for a server (`verify_server_hostname`): a client never has one of them.
 * https://developer.hashicorp.com/consul/docs/secure/encryption/tls/mtls, https://developer.hashicorp.com/nomad/docs/secure/traffic/tls
 */
export function certifiedNames({ role, datacenter, addresses }: CertifiedNode): CertifiedNames {
  const roles = agentsOf(role).map(({ program, mode }) => `${mode}.${program === 'consul' ? datacenter : REGION}.${program}`);
  return { dns: [...roles, 'localhost'], ip: [...new Set(['127.0.0.1', ...addresses])] };
}
