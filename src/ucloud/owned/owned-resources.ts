import type { Disk, Host, Image, IsolationGroup } from '../../clients/ucloud/host-model.js';
import type { Certificate, Eip, Firewall, LoadBalancer, NatGateway, Subnet, Vpc } from '../../clients/ucloud/network-model.js';
import { everyPage } from '../../clients/ucloud/paging.js';
import { isRefusal } from '../../clients/ucloud/ret-codes.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { ownershipOf, type Ownership } from './ownership.js';

/** Everything at UCloud that belongs to one cluster. */
export interface OwnedResources {
  readonly hosts: readonly Host[];
  readonly eips: readonly Eip[];
  readonly disks: readonly Disk[];
  readonly balancers: readonly LoadBalancer[];
  readonly natGateways: readonly NatGateway[];
  readonly certificates: readonly Certificate[];
  readonly firewalls: readonly Firewall[];
  readonly isolationGroups: readonly IsolationGroup[];
  readonly images: readonly Image[];
  readonly subnets: readonly Subnet[];
  readonly vpcs: readonly Vpc[];
}

export type OwnedKind = keyof OwnedResources;

type Finders = {
  readonly [Kind in OwnedKind]: (api: UcloudApi, ownership: Ownership, signal: AbortSignal) => Promise<OwnedResources[Kind]>;
};

/**
 * Finds what a cluster has at UCloud, by its tag alone: journal and terraform's state may be lost. What is not asked for
 * is an empty list. Disks and addresses that a host brought with it may lack the tag; they are the host's, and go with it.
 */
export async function findOwned(
  api: UcloudApi,
  cluster: string,
  { signal, kinds = Object.keys(finders) as OwnedKind[] }: { readonly signal: AbortSignal; readonly kinds?: readonly OwnedKind[] },
): Promise<OwnedResources> {
  const ownership = ownershipOf(cluster);
  const found = await Promise.all(kinds.map(async (kind) => [kind, await finders[kind](api, ownership, signal)] as const));
  return { ...nothingOwned, ...Object.fromEntries(found) };
}

export const nothingOwned: OwnedResources = {
  hosts: [],
  eips: [],
  disks: [],
  balancers: [],
  natGateways: [],
  certificates: [],
  firewalls: [],
  isolationGroups: [],
  images: [],
  subnets: [],
  vpcs: [],
};

// Lists are filtered here: not every action takes a tag, and hosts of image builds have none.
const finders: Finders = {
  hosts: async (api, { isOwned }, signal) =>
    (await everyPage(async (page) => (await api.call('DescribeUHostInstance', page, { signal })).UHostSet)).filter(isOwned),
  eips: async (api, { isOwned }, signal) =>
    (await everyPage(async (page) => (await api.call('DescribeEIP', page, { signal })).EIPSet)).filter(isOwned),
  disks: async (api, { isOwned }, signal) =>
    (await everyPage(async (page) => (await api.call('DescribeUDisk', page, { signal })).DataSet)).filter(
      (disk) => isOwned(disk) && disk.IsBoot !== 'True',
    ),
  balancers: async (api, { isOwned }, signal) =>
    (await everyPage(async (page) => (await api.call('DescribeULB', page, { signal })).DataSet).catch(noneWithoutRights)).filter(isOwned),
  natGateways: async (api, { isOwned }, signal) =>
    (await everyPage(async (page) => (await api.call('DescribeNATGW', page, { signal })).DataSet).catch(noneWithoutRights)).filter(
      ({ Tag }) => isOwned({ Tag }),
    ),
  certificates: async (api, { isCertificate }, signal) =>
    (await everyPage(async (page) => (await api.call('DescribeSSL', page, { signal })).DataSet).catch(noneWithoutRights)).filter(
      ({ SSLName }) => isCertificate(SSLName),
    ),
  firewalls: async (api, { isOwned }, signal) =>
    (await everyPage(async (page) => (await api.call('DescribeFirewall', page, { signal })).DataSet)).filter(isOwned),
  isolationGroups: async (api, { isGroup }, signal) =>
    (await everyPage(async (page) => (await api.call('DescribeIsolationGroup', page, { signal })).IsolationGroupSet)).filter(
      ({ GroupName }) => isGroup(GroupName),
    ),
  images: async (api, { isImage }, signal) =>
    (await everyPage(async (page) => (await api.call('DescribeImage', { ...page, ImageType: 'Custom' }, { signal })).ImageSet)).filter(
      ({ ImageName }) => isImage(ImageName),
    ),
  subnets: async (api, { isOwned }, signal) =>
    (await everyPage(async (page) => (await api.call('DescribeSubnet', page, { signal })).DataSet)).filter(isOwned),
  vpcs: async (api, { isOwned }, signal) =>
    (await everyPage(async (page) => (await api.call('DescribeVPC', page, { signal })).DataSet)).filter(isOwned),
};

/** Where nothing was exposed there are none: keys that may not even list them must not keep a cluster from being taken down. */
function noneWithoutRights(error: unknown): [] {
  if (isRefusal(error, 299)) return [];
  throw error;
}
