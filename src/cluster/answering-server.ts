import { isListening } from '../clients/is-listening.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { consulUrl, hostsOf, nomadUrl } from './agent-urls.js';
import type { ClusterHost } from './cluster-host.js';

export interface Asking {
  readonly hosts: readonly ClusterHost[];
  /** Names of servers that are about to go. */
  readonly avoiding: readonly string[];
  readonly signal: AbortSignal;
}

const SERVERS = {
  'consul-server': { of: 'Consul', urlOf: consulUrl },
  'nomad-server': { of: 'Nomad', urlOf: nomadUrl },
} as const;

/**
 * Address of the first server of a role that takes connections.
 * @throws OutcomeError `no-server`.
 */
export async function answeringServer(role: keyof typeof SERVERS, { hosts, avoiding, signal }: Asking): Promise<string> {
  const { of, urlOf } = SERVERS[role];
  const servers = hostsOf({ hosts }, role).filter(({ name }) => !avoiding.includes(name));
  for (const server of servers) if (await isListening(urlOf(server), signal)) return urlOf(server);
  signal.throwIfAborted();
  throw new OutcomeError(`none of the ${of} servers answers`, {
    code: 'no-server',
    why: servers.length === 0 ? 'the cluster has no other' : `asked at ${servers.map(urlOf).join(', ')}`,
    next: 'nomadctl status',
  });
}
