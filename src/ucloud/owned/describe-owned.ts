import type { OwnedKind, OwnedResources } from './owned-resources.js';

const WORDS: Readonly<Record<OwnedKind, readonly [one: string, many: string]>> = {
  hosts: ['host', 'hosts'],
  eips: ['address', 'addresses'],
  disks: ['disk', 'disks'],
  balancers: ['load balancer', 'load balancers'],
  natGateways: ['NAT gateway', 'NAT gateways'],
  certificates: ['certificate', 'certificates'],
  firewalls: ['firewall', 'firewalls'],
  isolationGroups: ['isolation group', 'isolation groups'],
  images: ['image', 'images'],
  subnets: ['subnet', 'subnets'],
  vpcs: ['network', 'networks'],
};

/** How many things there are of all kinds together. */
export function countOwned(owned: OwnedResources): number {
  return Object.values(owned).reduce((sum, { length }) => sum + length, 0);
}

/** Ids of all of them, hosts first. */
export function idsOf(owned: OwnedResources): string[] {
  return [
    ...owned.hosts.map(({ UHostId }) => UHostId),
    ...owned.eips.map(({ EIPId }) => EIPId),
    ...owned.disks.map(({ UDiskId }) => UDiskId),
    ...owned.balancers.map(({ ULBId }) => ULBId),
    ...owned.natGateways.map(({ NATGWId }) => NATGWId),
    ...owned.certificates.map(({ SSLId }) => SSLId),
    ...owned.firewalls.map(({ FWId }) => FWId),
    ...owned.isolationGroups.map(({ GroupId }) => GroupId),
    ...owned.images.map(({ ImageId }) => ImageId),
    ...owned.subnets.map(({ SubnetId }) => SubnetId),
    ...owned.vpcs.map(({ VPCId }) => VPCId),
  ];
}

/** `9 hosts, 9 addresses, 2 networks`. */
export function describeOwned(owned: OwnedResources, kinds: readonly OwnedKind[] = Object.keys(WORDS) as OwnedKind[]): string {
  const parts = kinds.filter((kind) => owned[kind].length > 0);
  return parts.map((kind) => `${owned[kind].length} ${WORDS[kind][owned[kind].length === 1 ? 0 : 1]}`).join(', ');
}
