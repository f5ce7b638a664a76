import type { Eip } from '../../records/eip.js';
import type { Host } from '../../records/host.js';
import type { NatGateway } from '../../records/nat-gateway.js';
import { balancedListeners } from '../balancers/balanced-listener.js';
import { balancedPorts } from './balanced-ports.js';
import type { NetworkPlan } from '../network/network-plan.js';
import type { StoreView } from '../store-view.js';

/** What the hosts of the store want of the network. */
export function networkPlanOf(view: StoreView): NetworkPlan {
  const hosts = view.all('host').filter(({ machine }) => machine !== undefined);
  const listeners = balancedListeners(view);
  const vpcs = [...new Set(hosts.map(({ vpc }) => vpc))].map((id) => {
    const balanced = listeners.flatMap(({ inside }) => (inside?.vpc === id ? [inside.cidr] : []));
    return { id, cidrs: [...new Set([...cidrsOf(view, hosts, id), ...balanced])] };
  });
  const present = new Set(vpcs.map(({ id }) => id));
  const peerings = view
    .all('peering')
    // Each side has a record.
    .filter(({ vpc, peerVpc }) => vpc < peerVpc && present.has(vpc) && present.has(peerVpc))
    .map(({ vpc, peerVpc }) => ({ a: vpc, b: peerVpc }));
  const gateways = view.all('natGateway').map((gateway) => ({ ...gateway, eips: view.owned('eip', gateway.id) }));
  return {
    vpcs,
    peerings,
    exposures: [
      ...hosts.flatMap((host) => exposuresOf(view, host)),
      ...gateways.flatMap((gateway) => forwardsOf(view, gateway)),
      ...balancedPorts(view),
    ],
    balancers: listeners.flatMap(({ addresses, port, inside, rules }) =>
      inside && !present.has(inside.vpc)
        ? []
        : addresses.map((address) => ({ address, port, ...(inside ? { inside } : {}), rules: inside ? [] : rules })),
    ),
    ways: [
      ...hosts.filter(({ id }) => view.owned('eip', id).length > 0).map(({ ip }) => `${ip}/32`),
      ...gateways.filter(({ eips }) => eips.length > 0).flatMap((gateway) => behind(view, gateway)),
    ],
  };
}

function cidrsOf(view: StoreView, hosts: readonly Host[], vpc: string): string[] {
  const subnets = new Set(hosts.filter((host) => host.vpc === vpc).map(({ subnet }) => subnet));
  return [...subnets].flatMap((id) => view.get('subnet', id)?.cidr ?? []);
}

interface Gateway extends NatGateway {
  readonly eips: readonly Eip[];
}

/** Who goes out through a NAT gateway: its subnets, or of these the hosts on its white list. */
function behind(view: StoreView, { subnets, whiteListOpen, whiteList }: Gateway): string[] {
  if (!whiteListOpen) return subnets.flatMap((id) => view.get('subnet', id)?.cidr ?? []);
  const hosts = whiteList.flatMap((id) => view.get('host', id) ?? []);
  return hosts.filter(({ subnet }) => subnets.includes(subnet)).map(({ ip }) => `${ip}/32`);
}

function forwardsOf(view: StoreView, { id, vpc, firewall, eips }: Gateway): NetworkPlan['exposures'] {
  const rules = view.get('firewall', firewall)?.rules ?? [];
  return view.owned('natRule', id).flatMap(({ protocol, eip, fromPort, toIp, toPort }) => {
    const ip = eips.find((one) => one.id === eip)?.ip;
    const forward = { protocol: protocol === 'UDP' ? ('udp' as const) : ('tcp' as const), ports: fromPort, to: toPort };
    return ip === undefined ? [] : [{ eip: ip, vpc, privateIp: toIp, rules, forward }];
  });
}

function exposuresOf(view: StoreView, { id, vpc, ip, firewall }: Host): NetworkPlan['exposures'] {
  const rules = view.get('firewall', firewall)?.rules ?? [];
  return view.owned('eip', id).map((eip) => ({ eip: eip.ip, vpc, privateIp: ip, rules }));
}
