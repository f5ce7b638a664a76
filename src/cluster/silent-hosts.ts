import { isListening } from '../clients/is-listening.js';
import { consulOf } from './consul-of.js';
import { pass } from './pass.js';
import type { ClusterHost } from './cluster-host.js';

/** What a host does last of what may be seen from outside. Hosts without a public address show in Consul, later. */
export const LAST_PORTS = { 'consul-server': 8500, 'nomad-server': 4646, client: 22 } as const;

/** Those with a public address. */
export function reachable<Host extends ClusterHost>(hosts: readonly Host[]): (Host & { readonly publicIp: string })[] {
  return hosts.flatMap((host) => (host.publicIp === undefined ? [] : [{ ...host, publicIp: host.publicIp }]));
}

/** Hosts with a public address that do not answer there. */
export async function silentHosts<Host extends ClusterHost>(hosts: readonly Host[], signal: AbortSignal): Promise<Host[]> {
  const asked = reachable(hosts);
  const answers = await Promise.all(asked.map(({ publicIp, role }) => isListening(`http://${publicIp}:${LAST_PORTS[role]}`, signal)));
  signal.throwIfAborted();
  return asked.filter((_, index) => !answers[index]);
}

/** Names of hosts that do not answer, or that Consul takes for dead. */
export async function deadHosts(hosts: readonly ClusterHost[], signal: AbortSignal): Promise<ReadonlySet<string>> {
  const silent = (await silentHosts(hosts, signal)).map(({ name }) => name);
  const consul = await consulOf(hosts, signal).catch(pass);
  const members = await consul?.members(signal).catch(pass);
  const lost = members ? hosts.filter(({ name }) => !members.some((member) => member.name === name && member.status === 'alive')) : [];
  return new Set([...silent, ...lost.map(({ name }) => name)]);
}
