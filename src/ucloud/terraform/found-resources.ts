import type { Host } from '../../clients/ucloud/host-model.js';
import type { OwnedKind, OwnedResources } from '../owned/owned-resources.js';
import { isInnerBalancer } from '../balancers/inner-balancers.js';
import { tagOf } from '../cluster-tag.js';
import type { UcloudCluster } from '../ucloud-subject.js';
import type { AssignedHost } from './assign-hosts.js';
import { eipAddress, hostAddress } from './host-resources.js';
import type { RootValues } from '../../terraform/render-root.js';
import type { FoundResource } from './orphans.js';

export interface FoundHost extends FoundResource {
  readonly host: Host;
}

const RANKS: Readonly<Record<string, number>> = { Running: 3, Stopped: 1, 'Install Fail': -1, ResizeFail: -1 };

/**
 * Hosts with the cluster's tag, each with its address in terraform's configuration. A failed host has no address. Of two
 * hosts with one address, the one in the further state has the higher rank.
 */
export function foundHosts(cluster: UcloudCluster, { hosts }: OwnedResources): FoundHost[] {
  return hosts
    .filter(({ Tag }) => Tag === tagOf(cluster))
    .map((host) => {
      const rank = RANKS[host.State] ?? 2;
      const name = host.Name.startsWith(`${cluster.name}-`) ? host.Name.slice(cluster.name.length + 1) : '';
      return {
        kind: 'hosts',
        id: host.UHostId,
        label: `${host.UHostId} (${host.Name})`,
        address: rank < 0 || name === '' ? undefined : hostAddress(name),
        rank,
        host,
      };
    });
}

/** Addresses, firewalls and isolation groups, by their names. */
export function foundOthers(
  cluster: UcloudCluster,
  { eips, natGateways, balancers, firewalls, isolationGroups }: OwnedResources,
): FoundResource[] {
  const tag = tagOf(cluster);
  const isOwned = ({ Tag }: { readonly Tag: string }): boolean => Tag === tag;
  const addresses = place('eips', `${cluster.name}-`, (key) =>
    key.startsWith(NAT) ? natAddress(key.slice(NAT.length), 'eip') : eipAddress(key),
  );
  const gateways = place('natGateways', `${cluster.name}-${NAT}`, (key) => natAddress(key, 'nat_gateway'));
  const walls = place('firewalls', `${tag}-`, firewallAddress);
  const groups = place('isolationGroups', `${tag}-`, groupAddress);
  return [
    ...eips.filter(isOwned).map(({ EIPId, Name }) => addresses(EIPId, Name)),
    ...natGateways.filter(isOwned).map(({ NATGWId, NATGWName }) => gateways(NATGWId, NATGWName)),
    // What terraform does not know of one has listeners that it does not know either: it is made anew.
    ...balancers
      .filter((one) => isOwned(one) && isInnerBalancer(cluster, one.Name))
      .map(({ ULBId: id, Name }) => ({ kind: 'balancers' as const, id, label: `${id} (${Name})`, address: undefined })),
    ...firewalls.filter(isOwned).map(({ FWId, Name }) => walls(FWId, Name)),
    ...isolationGroups.map(({ GroupId, GroupName }) => groups(GroupId, GroupName)),
  ];
}

/** Makes the function that finds a resource's address by its name: the name without `prefix` is the key. */
function place(kind: OwnedKind, prefix: string, addressOf: (key: string) => string) {
  return (id: string, name = ''): FoundResource => ({
    kind,
    id,
    label: `${id} (${name})`,
    address: name.startsWith(prefix) ? addressOf(name.slice(prefix.length)) : undefined,
  });
}

/** Begins the names of gateways and their addresses: no host is called so. */
const NAT = 'nat-';
const natAddress = (key: string, type: 'eip' | 'nat_gateway'): string => `module.nat[${JSON.stringify(key)}].ucloud_${type}.this`;

const firewallAddress = (role: string): string => `module.firewall[${JSON.stringify(role)}].ucloud_security_group.this`;
const groupAddress = (key: string): string => `module.isolation_group[${JSON.stringify(key)}].ucloud_isolation_group.this`;

/** Addresses in the configuration, apart from hosts. @param values of the root */
export function wantedOthers(hosts: readonly AssignedHost[], { nat_gateways: gateways = {} }: RootValues): ReadonlySet<string> {
  return new Set([
    ...hosts.filter(({ publicAddress }) => publicAddress).map(({ name }) => eipAddress(name)),
    ...Object.keys(gateways as object).flatMap((key) => [natAddress(key, 'eip'), natAddress(key, 'nat_gateway')]),
    ...['consul-server', 'nomad-server', 'client'].map(firewallAddress),
    ...hosts.map(({ isolationGroup }) => groupAddress(isolationGroup)),
  ]);
}
