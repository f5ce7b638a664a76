import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { isRefusal } from '../../clients/ucloud/ret-codes.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { nothingOwned, type OwnedResources } from './owned-resources.js';

/** Things by their ids. */
export interface Named {
  readonly hosts?: readonly string[];
  readonly eips?: readonly string[];
  readonly natGateways?: readonly string[];
  readonly balancers?: readonly string[];
  readonly firewalls?: readonly string[];
  readonly isolationGroups?: readonly string[];
}

/** What UCloud says of a firewall or a gateway, and of an isolation group that it does not have; of other things it sends an empty list. */
const NO_FIREWALL = 54002;
const NO_GROUP = 8037;
const NO_BALANCER = 4086;

/**
 * Which of some things UCloud still has. They are asked for one by one: a list may lag behind, and may have thousands of
 * others in it.
 */
export async function stillThere(
  api: UcloudApi,
  { hosts = [], eips = [], natGateways = [], balancers = [], firewalls = [], isolationGroups = [] }: Named,
  signal: AbortSignal,
): Promise<OwnedResources> {
  const of = { signal };
  const [hostSets, eipSets, gatewaySets, balancerSets, firewallSets, groupSets] = await Promise.all([
    all(hosts, async (id) => (await api.call('DescribeUHostInstance', { UHostIds: [id] }, of)).UHostSet),
    all(eips, async (id) => (await api.call('DescribeEIP', { EIPIds: [id] }, of)).EIPSet),
    all(natGateways, async (id) => (await api.call('DescribeNATGW', { NATGWIds: [id] }, of).catch(noneAt(NO_FIREWALL)))?.DataSet ?? []),
    all(balancers, async (id) => (await api.call('DescribeULB', { ULBId: id }, of).catch(noneAt(NO_BALANCER)))?.DataSet ?? []),
    all(firewalls, async (id) => (await api.call('DescribeFirewall', { FWId: id }, of).catch(noneAt(NO_FIREWALL)))?.DataSet ?? []),
    all(
      isolationGroups,
      async (id) => (await api.call('DescribeIsolationGroup', { GroupId: id }, of).catch(noneAt(NO_GROUP)))?.IsolationGroupSet ?? [],
    ),
  ]);
  return {
    ...nothingOwned,
    hosts: hostSets,
    eips: eipSets,
    natGateways: gatewaySets,
    balancers: balancerSets,
    firewalls: firewallSets,
    isolationGroups: groupSets,
  };
}

async function all<Thing>(ids: readonly string[], ask: (id: string) => Promise<readonly Thing[]>): Promise<Thing[]> {
  return (await mapBounded(ids, REQUESTS_AT_ONCE, ask)).flat();
}

const noneAt =
  (code: number) =>
  (error: unknown): undefined => {
    if (!isRefusal(error, code)) throw error;
  };
