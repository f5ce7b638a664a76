import type { ClusterHost, HostRole } from './cluster-host.js';

/** Where a host's agents are reached from here: over its public address, else over the private one. */
export const consulUrl = (host: ClusterHost): string => `http://${reachableAt(host)}:8500`;
export const nomadUrl = (host: ClusterHost): string => `http://${reachableAt(host)}:4646`;

export function reachableAt({ publicIp, privateIp }: Pick<ClusterHost, 'publicIp' | 'privateIp'>): string {
  return publicIp ?? privateIp;
}

/** Hosts of a role, as the steps of `up` handed them on. */
export function hostsOf<Host extends ClusterHost>({ hosts = [] }: { readonly hosts?: readonly Host[] }, role: HostRole): readonly Host[] {
  return hosts.filter((host) => host.role === role);
}
