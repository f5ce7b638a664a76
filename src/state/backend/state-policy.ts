import { prefixOf } from './consul-backend.js';

/**
 * What a token needs to keep the states of a cluster in Consul, and nothing more. Locks are sessions, which belong to the agent that is
 * asked: behind a balancer any of them. https://developer.hashicorp.com/consul/docs/reference/acl/rule
 */
export function consulPolicy(cluster: string): string {
  return `key_prefix "${prefixOf(cluster)}" {\n  policy = "write"\n}\nsession_prefix "" {\n  policy = "write"\n}`;
}
