import type { HostRole, UcloudHost, UcloudState } from './ucloud-state.js';

/** Where a host's agents are reached from here: over its public address, else over the private one. */
export const consulUrl = (host: UcloudHost): string => `http://${reachableAt(host)}:8500`;
export const nomadUrl = (host: UcloudHost): string => `http://${reachableAt(host)}:4646`;

export function reachableAt({ publicIp, privateIp }: Pick<UcloudHost, 'publicIp' | 'privateIp'>): string {
  return publicIp ?? privateIp;
}

/** Hosts of a role, as the steps of `up` handed them on. */
export function hostsOf({ hosts = [] }: Partial<Pick<UcloudState, 'hosts'>>, role: HostRole): readonly UcloudHost[] {
  return hosts.filter((host) => host.role === role);
}
