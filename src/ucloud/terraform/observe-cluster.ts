import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { everyPage } from '../../clients/ucloud/paging.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { haveVolumes } from '../classes/furnish-hosts.js';
import { volumeDisks } from '../classes/volumes.js';
import { splitIngress } from '../owned/split-ingress.js';
import { idsOf } from '../owned/describe-owned.js';
import { retryRead } from '../owned/retry-read.js';
import { findOwned, type OwnedResources } from '../owned/owned-resources.js';
import type { ImageName } from '../settings/image-names.js';
import type { UcloudNetwork } from '../ucloud-state.js';
import type { UcloudCluster } from '../ucloud-subject.js';
import { assignHosts, type AssignedHost, type ExistingHost } from './assign-hosts.js';
import { clusterValues } from './cluster-values.js';
import { existingHosts, usableOthers } from './existing-hosts.js';
import { foundHosts, foundOthers, wantedOthers, type FoundHost } from './found-resources.js';
import { hostAddress } from './host-resources.js';
import { inventoryOf, type StateResource } from '../../terraform/inventory.js';
import { classifyOrphans, type FoundResource, type Orphans } from './orphans.js';
import { plannedHosts } from './planned-hosts.js';
import { releasedAddresses } from './released-addresses.js';
import { outdatedFiles, renderRoot, type RenderedRoot } from '../../terraform/render-root.js';
import type { TerraformScope } from '../../terraform/terraform-scope.js';
import { sightOf, type Sight } from './until-seen.js';
import { wantedHosts } from '../settings/wanted-hosts.js';

/** A cluster's hosts and their resources: the desired state (`rendered`, `hosts`) and the observed one. */
export interface ObservedCluster {
  readonly rendered: RenderedRoot;
  /** Files that have to be written. */
  readonly outdated: readonly string[];
  readonly hosts: readonly AssignedHost[];
  readonly existing: readonly ExistingHost[];
  /** Hosts that the settings no longer have. */
  readonly leaving: readonly ExistingHost[];
  /** Private addresses of hosts that were deleted outside nomadctl, or that terraform will replace. */
  readonly vanished: readonly string[];
  readonly known: readonly StateResource[];
  readonly sight: Sight;
  readonly hostOrphans: Orphans<FoundHost>;
  readonly otherOrphans: Orphans<FoundResource>;
  /** Tainted resources that are fine at UCloud: terraform missed the end of their creation. */
  readonly halfMade: readonly StateResource[];
  /** Public addresses that are bound without terraform knowing. */
  readonly unbind: readonly { readonly EIPId: string; readonly ResourceType: string; readonly ResourceId: string }[];
}

export interface ClusterRequest {
  readonly cluster: UcloudCluster;
  readonly scope: TerraformScope;
  readonly api: UcloudApi;
  readonly network: UcloudNetwork;
  readonly images: Readonly<Record<ImageName, string>>;
  readonly zones: readonly string[];
  readonly sshPublicKeys: readonly string[];
  /** Names of hosts to be replaced. */
  readonly replaced?: readonly string[];
}

export async function observeCluster(request: ClusterRequest): Promise<ObservedCluster> {
  const { cluster, scope, api, replaced = [] } = request;
  const { signal } = scope.ctx;
  const kinds = ['hosts', 'eips', 'natGateways', 'balancers', 'firewalls', 'isolationGroups'] as const;
  const [known, all] = await Promise.all([inventoryOf(scope), findOwned(api, cluster.name, { signal, kinds })]);
  // What is exposed is terraform's in another root.
  const owned = splitIngress(cluster, all).others;
  const wanted = wantedHosts(cluster.settings);
  const hostOrphans = classifyOrphans(foundHosts(cluster, owned), { known, wanted: new Set(wanted.map(({ name }) => hostAddress(name))) });
  const volumes = await volumeIds(request, owned);
  const { existing, vanished, halfMade } = await existingHosts(
    { cluster, scope, api },
    { known, owned, adopted: hostOrphans.adopt, volumes },
  );
  const hosts = assignHosts({
    wanted,
    replaced,
    existing,
    planned: new Map([...(await plannedHosts(scope.root))].map(([name, { privateIp }]) => [name, privateIp])),
    images: request.images,
    zones: request.zones,
    managementCidr: request.network.managementCidr,
    clientsCidr: request.network.clientCidr,
    avoid: new Set([
      ...(await releasedAddresses(scope.root, scope.ctx.clock.now())),
      ...vanished,
      ...(await foreignAddresses(request, existing)),
    ]),
  });
  const rendered = await renderRoot(scope.ctx.paths, scope.root, clusterValues({ ...request, hosts }));
  const otherOrphans = classifyOrphans(foundOthers(cluster, owned), {
    known,
    wanted: wantedOthers(hosts, clusterValues({ ...request, hosts })),
  });
  return {
    rendered,
    outdated: await outdatedFiles(scope.root, rendered),
    hosts,
    existing,
    leaving: existing.filter(({ name }) => !wanted.some((host) => host.name === name)),
    vanished,
    known,
    hostOrphans,
    sight: sightOf(known, { ids: new Set(idsOf(owned)), types: LISTED, orphans: [...hostOrphans.adopt, ...otherOrphans.adopt] }),
    otherOrphans,
    halfMade: [...halfMade, ...usableOthers(known, owned)],
    unbind: unknownBindings(known, owned),
  };
}

/** With more than a disk to boot from and one for data a host may have some. Others are not asked for: keys may not see disks at all. */
async function volumeIds({ cluster, scope, api }: ClusterRequest, { hosts }: OwnedResources): Promise<ReadonlySet<string>> {
  if (!haveVolumes(cluster) && hosts.every(({ DiskSet }) => DiskSet.length <= 2)) return new Set();
  return new Set((await volumeDisks(api, cluster.name, scope.ctx.signal)).map(({ UDiskId }) => UDiskId));
}

/** Of the provider's types, those that `findOwned` lists below. */
const LISTED = ['ucloud_instance', 'ucloud_eip', 'ucloud_nat_gateway', 'ucloud_lb', 'ucloud_security_group', 'ucloud_isolation_group'];

/** Whether something must be put right before terraform may plan. */
export function needsReconciling(observed: ObservedCluster): boolean {
  const { hostOrphans, otherOrphans, halfMade, unbind } = observed;
  return [hostOrphans.adopt, hostOrphans.remove, otherOrphans.adopt, otherOrphans.remove, halfMade, unbind].some(
    ({ length }) => length > 0,
  );
}

function unknownBindings(known: readonly StateResource[], { eips }: OwnedResources): ObservedCluster['unbind'] {
  const bound = new Set(
    known.filter(({ type }) => type === 'ucloud_eip_association').map(({ attributes }) => String(attributes['eip_id'])),
  );
  return eips.flatMap(({ EIPId, Resource }) => {
    const { ResourceID: ResourceId = '', ResourceType = '' } = Resource ?? {};
    // A gateway has its address from its own resource.
    const isKnown = bound.has(EIPId) || ResourceType === 'natgw';
    return ResourceId === '' || isKnown ? [] : [{ EIPId, ResourceType, ResourceId }];
  });
}

/** Addresses in the cluster's subnets that other resources than its hosts hold. */
async function foreignAddresses({ api, scope, network }: ClusterRequest, existing: readonly ExistingHost[]): Promise<string[]> {
  const own = new Set(existing.map(({ id }) => id));
  const subnets = [...new Set([network.managementSubnetId, network.clientSubnetId])];
  const { clock, signal } = scope.ctx;
  const holdersOf = (SubnetId: string) =>
    everyPage(async (page) => (await api.call('DescribeSubnetResource', { SubnetId, ...page }, { signal })).DataSet);
  // One that was made a moment ago may not be known there yet.
  const holders = await mapBounded(subnets, REQUESTS_AT_ONCE, (id) => retryRead(() => holdersOf(id), { clock, signal, log: scope.log }));
  return holders.flat().flatMap(({ ResourceId, IP }) => (IP && !own.has(ResourceId) ? [IP] : []));
}
