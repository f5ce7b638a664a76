import { DEFAULT_PORTS, SECURED_PORTS, type AgentPorts } from './agent-ports.js';
import { agentsByProgram, type ClusterNode } from './cluster-node.js';
import type { AgentProgram, NodeRole } from './node-roles.js';
import { reach, type AgentAccess, type ReachedCluster } from './reach.js';

/** A host is no server of both. */
export type HostRole = Exclude<NodeRole, 'server'>;

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

/** By private address: where the agents of hosts are found on this computer, that cannot be reached from it. */
type Doors = ReadonlyMap<string, string>;

/** The door to the agents of hosts. */
export function reachHosts(
  hosts: readonly ClusterHost[],
  access: AgentAccess,
  { ports = portsOfHosts(access.ca !== undefined), doors }: { readonly ports?: AgentPorts; readonly doors?: Doors } = {},
): ReachedCluster {
  return reach(
    hosts.map((host) => nodeOf(host, ports, doors)),
    access,
  );
}

/** On which ports the agents of hosts listen. */
export function portsOfHosts(secured: boolean): AgentPorts {
  return secured ? SECURED_PORTS : DEFAULT_PORTS;
}

/** Firewalls let in, from outside, what a server is there for: templates/terraform/cluster/main.tf. */
const OPEN: Readonly<Record<HostRole, AgentProgram | undefined>> = {
  'consul-server': 'consul',
  'nomad-server': 'nomad',
  client: undefined,
};

function nodeOf(host: ClusterHost, ports: AgentPorts, doors: Doors = new Map()): ClusterNode {
  const open = OPEN[host.role];
  const door = host.publicIp === undefined ? doors.get(host.privateIp) : undefined;
  return {
    name: host.name,
    agents: agentsByProgram(host.role),
    address: host.privateIp,
    ports,
    open: open ? { [open]: door ?? reachableAt(host) } : {},
    ...(door === undefined ? {} : { relayed: true }),
  };
}
