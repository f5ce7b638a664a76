import type { Eip } from '../records/eip.js';
import type { Host } from '../records/host.js';
import type { NatGateway } from '../records/nat-gateway.js';
import { balancedPorts } from './balanced-ports.js';
import type { NetworkPlan } from './network/network-plan.js';
import type { World } from './observed-store.js';

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
  const gateways = world.all('natGateway').map((gateway) => ({ ...gateway, eips: world.owned('eip', gateway.id) }));
  return {
    vpcs,
    peerings,
    exposures: [
      ...hosts.flatMap((host) => exposuresOf(world, host)),
      ...gateways.flatMap((gateway) => forwardsOf(world, gateway)),
      ...balancedPorts(world),
    ],
    ways: [
      ...hosts.filter(({ id }) => world.owned('eip', id).length > 0).map(({ ip }) => `${ip}/32`),
      ...gateways.filter(({ eips }) => eips.length > 0).flatMap((gateway) => behind(world, gateway)),
    ],
  };
}

function cidrsOf(world: World, hosts: readonly Host[], vpc: string): string[] {
  const subnets = new Set(hosts.filter((host) => host.vpc === vpc).map(({ subnet }) => subnet));
  return [...subnets].flatMap((id) => world.get('subnet', id)?.cidr ?? []);
}

interface Gateway extends NatGateway {
  readonly eips: readonly Eip[];
}

/** Who goes out through a NAT gateway: its subnets, or of these the hosts on its white list. */
function behind(world: World, { subnets, whiteListOpen, whiteList }: Gateway): string[] {
  if (!whiteListOpen) return subnets.flatMap((id) => world.get('subnet', id)?.cidr ?? []);
  const hosts = whiteList.flatMap((id) => world.get('host', id) ?? []);
  return hosts.filter(({ subnet }) => subnets.includes(subnet)).map(({ ip }) => `${ip}/32`);
}

function forwardsOf(world: World, { id, vpc, firewall, eips }: Gateway): NetworkPlan['exposures'] {
  const rules = world.get('firewall', firewall)?.rules ?? [];
  return world.owned('natRule', id).flatMap(({ protocol, eip, fromPort, toIp, toPort }) => {
    const ip = eips.find((one) => one.id === eip)?.ip;
    const forward = { protocol: protocol === 'UDP' ? ('udp' as const) : ('tcp' as const), ports: fromPort, to: toPort };
    return ip === undefined ? [] : [{ eip: ip, vpc, privateIp: toIp, rules, forward }];
  });
}

function exposuresOf(world: World, { id, vpc, ip, firewall }: Host): NetworkPlan['exposures'] {
  const rules = world.get('firewall', firewall)?.rules ?? [];
  return world.owned('eip', id).map((eip) => ({ eip: eip.ip, vpc, privateIp: ip, rules }));
}
