import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import type { OwnedResources } from './owned-resources.js';
import { priceOwned } from './price-owned.js';
import type { Leftover } from '../ucloud-state.js';

/** A line for each thing, what costs most first. */
export async function leftoversOf(api: UcloudApi, owned: OwnedResources, signal: AbortSignal): Promise<readonly Leftover[]> {
  const costs = await priceOwned(api, owned, signal);
  const line = (kind: string, id: string, name = ''): Leftover => {
    const perMonth = FREE.includes(kind) ? 0 : costs.get(id)?.perMonth;
    return { kind, id, name, ...(perMonth === undefined ? {} : { perMonth: Math.round(perMonth * 100) / 100 }) };
  };
  const all = [
    ...owned.hosts.map(({ UHostId, Name }) => line('host', UHostId, Name)),
    ...owned.eips.map(({ EIPId, EIPAddr }) => line('address', EIPId, EIPAddr[0]?.IP)),
    ...owned.disks.map(({ UDiskId, Name }) => line('disk', UDiskId, Name)),
    ...owned.balancers.map(({ ULBId, Name }) => line('load balancer', ULBId, Name)),
    ...owned.natGateways.map(({ NATGWId, NATGWName }) => line('NAT gateway', NATGWId, NATGWName)),
    ...owned.images.map(({ ImageId, ImageName }) => line('image', ImageId, ImageName)),
    ...owned.firewalls.map(({ FWId, Name }) => line('firewall', FWId, Name)),
    ...owned.isolationGroups.map(({ GroupId, GroupName }) => line('isolation group', GroupId, GroupName)),
    ...owned.subnets.map(({ SubnetId, SubnetName }) => line('subnet', SubnetId, SubnetName)),
    ...owned.vpcs.map(({ VPCId, Name }) => line('network', VPCId, Name)),
  ];
  return all.sort((a, b) => (b.perMonth ?? 0) - (a.perMonth ?? 0));
}

/** https://docs.ucloud.cn: neither networks nor firewalls nor isolation groups are billed. */
const FREE = ['firewall', 'isolation group', 'subnet', 'network'];
