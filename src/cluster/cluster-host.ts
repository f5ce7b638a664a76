import { DEFAULT_PORTS } from './agent-ports.js';
import type { ClusterNode } from './cluster-node.js';
import { accessOf, reach, type ReachedCluster } from './reach.js';

export type HostRole = 'consul-server' | 'nomad-server' | 'client';

/** A host of a cluster that is reached over a network, wherever it runs. */
export interface ClusterHost {
  /** Also its name in Consul and Nomad: `nomad-server-1`, `client-2`, `client-batch-1`. */
  readonly name: string;
  readonly role: HostRole;
  /** Whoever runs it knows it by this. */
  readonly id: string;
  readonly privateIp: string;
  readonly publicIp?: string;
}

/** Where a host is reached from here: over its public address, else over the private one. */
export function reachableAt({ publicIp, privateIp }: Pick<ClusterHost, 'publicIp' | 'privateIp'>): string {
  return publicIp ?? privateIp;
}

/** The door to the agents of hosts. */
export function reachHosts(hosts: readonly ClusterHost[], at: Parameters<typeof accessOf>[0]): ReachedCluster {
  return reach(hosts.map(nodeOf), accessOf(at));
}

/** Firewalls let in, from outside, what a server is there for: templates/terraform/cluster/main.tf. */
const OF_ROLE: Readonly<Record<HostRole, { readonly agents: ClusterNode['agents']; readonly open?: 'consul' | 'nomad' }>> = {
  'consul-server': { agents: { consul: 'server' }, open: 'consul' },
  'nomad-server': { agents: { consul: 'client', nomad: 'server' }, open: 'nomad' },
  client: { agents: { consul: 'client', nomad: 'client' } },
};

export function nodeOf(host: ClusterHost): ClusterNode {
  const { agents, open } = OF_ROLE[host.role];
  return {
    name: host.name,
    agents,
    address: host.privateIp,
    ports: DEFAULT_PORTS,
    open: open ? { [open]: reachableAt(host) } : {},
  };
}
