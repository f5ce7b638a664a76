import type { Host } from '../records/host.js';
import type { NetworkPlan } from './network/network-plan.js';
import type { World } from './world.js';

/** What the hosts of the store want of the network. */
export function networkPlanOf(world: World): NetworkPlan {
  const hosts = world.all('host').filter(({ machine }) => machine !== undefined);
  const vpcs = [...new Set(hosts.map(({ vpc }) => vpc))].map((id) => ({ id, cidrs: cidrsOf(world, hosts, id) }));
  const present = new Set(vpcs.map(({ id }) => id));
  const peerings = world
    .all('peering')
    // Each side has a record.
    .filter(({ vpc, peerVpc }) => vpc < peerVpc && present.has(vpc) && present.has(peerVpc))
    .map(({ vpc, peerVpc }) => ({ a: vpc, b: peerVpc }));
  return { vpcs, peerings, exposures: hosts.flatMap((host) => exposuresOf(world, host)) };
}

function cidrsOf(world: World, hosts: readonly Host[], vpc: string): string[] {
  const subnets = new Set(hosts.filter((host) => host.vpc === vpc).map(({ subnet }) => subnet));
  return [...subnets].flatMap((id) => world.get('subnet', id)?.cidr ?? []);
}

function exposuresOf(world: World, { id, vpc, ip, firewall }: Host): NetworkPlan['exposures'] {
  const rules = world.get('firewall', firewall)?.rules ?? [];
  return world.owned('eip', id).map((eip) => ({ eip: eip.ip, vpc, privateIp: ip, rules }));
}
