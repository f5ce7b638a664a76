import { everyPage } from '../clients/ucloud/paging.js';
import type { UcloudApi } from '../clients/ucloud/ucloud-api.js';
import { findOwned, type OwnedResources } from '../ucloud/owned-resources.js';
import type { ImageName, UcloudNetwork } from '../ucloud/ucloud-state.js';
import { tagOf, type UcloudCluster } from '../ucloud/ucloud-subject.js';
import { assignHosts, type AssignedHost, type ExistingHost } from './assign-hosts.js';
import { clusterValues } from './cluster-values.js';
import { foundHosts, foundOthers, wantedOthers, type FoundHost } from './found-resources.js';
import { hostAddress, hostAtCloud, hostNamed, hostsInState } from './host-resources.js';
import { inventoryOf, type StateResource } from './inventory.js';
import { sortOut, type FoundResource, type SortedOut } from './orphans.js';
import { plannedHosts } from './planned-hosts.js';
import { releasedAddresses } from './released-addresses.js';
import { outdatedFiles, renderRoot, type RenderedRoot } from './render-root.js';
import type { TerraformScope } from './terraform-scope.js';
import { wantedHosts } from './wanted-hosts.js';

/** The hosts of a cluster and what belongs to them: as they should be, and as they are. */
export interface ClusterPicture {
  readonly rendered: RenderedRoot;
  /** Files that have to be written. */
  readonly outdated: readonly string[];
  readonly hosts: readonly AssignedHost[];
  readonly existing: readonly ExistingHost[];
  /** Hosts that the settings no longer have. */
  readonly leaving: readonly ExistingHost[];
  /** Addresses of hosts that somebody took away, or that are to be made anew. */
  readonly vanished: readonly string[];
  readonly known: readonly StateResource[];
  readonly hostOrphans: SortedOut<FoundHost>;
  readonly otherOrphans: SortedOut<FoundResource>;
  /** Hosts whose creation ended well after all. */
  readonly untaint: readonly StateResource[];
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
  /** Hosts to be made anew. */
  readonly renewed?: readonly string[];
}

export async function pictureOfCluster(request: ClusterRequest): Promise<ClusterPicture> {
  const { cluster, scope, api, renewed = [] } = request;
  const { signal } = scope.ctx;
  const kinds = ['hosts', 'eips', 'firewalls', 'isolationGroups'] as const;
  const [known, owned] = await Promise.all([inventoryOf(scope), findOwned(api, cluster.name, { signal, kinds })]);
  const wanted = wantedHosts(cluster.settings);
  const hostOrphans = sortOut(foundHosts(cluster, owned), { known, wanted: new Set(wanted.map(({ name }) => hostAddress(name))) });
  const inState = hostsInState([...known.filter(({ tainted }) => !tainted), ...usable(known, owned)]);
  const gone = await vanished(inState, owned, { api, scope });
  const planned = await plannedHosts(scope.root);
  const groups = new Map(owned.isolationGroups.map(({ GroupId, GroupName = '' }) => [GroupId, GroupName.slice(tagOf(cluster).length + 1)]));
  const adopted = hostOrphans.adopt.map(({ address, host }) => {
    return hostAtCloud(hostNamed(address) ?? '', host, groups);
  });
  const existing = [...inState.filter(({ name }) => !gone.has(name)), ...adopted].map((host) => ({
    ...host,
    // A remark is made after the host, and people may change it.
    imageId: host.imageId || planned.get(host.name)?.imageId || 'unknown',
  }));
  const vanishedIps = [...inState.filter(({ name }) => gone.has(name)).map(({ privateIp }) => privateIp), ...doomedAddresses(known, owned)];
  const hosts = assignHosts({
    wanted,
    renewed,
    existing,
    planned: new Map([...planned].map(([name, { privateIp }]) => [name, privateIp])),
    images: request.images,
    zones: request.zones,
    managementCidr: request.network.managementCidr,
    clientsCidr: request.network.clientCidr,
    avoid: new Set([
      ...(await releasedAddresses(scope.root, scope.ctx.clock.now())),
      ...vanishedIps,
      ...(await foreignAddresses(request, existing)),
    ]),
  });
  const rendered = await renderRoot(scope.ctx.paths, scope.root, clusterValues({ ...request, hosts }));
  return {
    rendered,
    outdated: await outdatedFiles(scope.root, rendered),
    hosts,
    existing,
    leaving: existing.filter(({ name }) => !wanted.some((host) => host.name === name)),
    vanished: vanishedIps,
    known,
    hostOrphans,
    otherOrphans: sortOut(foundOthers(cluster, owned), { known, wanted: wantedOthers(hosts) }),
    untaint: usable(known, owned),
    unbind: strayBindings(known, owned),
  };
}

/** Whether something must be put right before terraform may plan. */
export function isUntidy(picture: ClusterPicture): boolean {
  const { hostOrphans, otherOrphans, untaint, unbind } = picture;
  return [hostOrphans.adopt, hostOrphans.remove, otherOrphans.adopt, otherOrphans.remove, untaint, unbind].some(({ length }) => length > 0);
}

const ON_ITS_WAY = ['Initializing', 'Starting', 'Running'];

/** Terraform would make them anew: it did not see the end of their creation. */
function usable(known: readonly StateResource[], { hosts }: OwnedResources): StateResource[] {
  return known
    .filter(
      ({ type, tainted, id }) =>
        type === 'ucloud_instance' && tainted && hosts.some(({ UHostId, State }) => UHostId === id && ON_ITS_WAY.includes(State)),
    )
    .map((resource) => ({ ...resource, tainted: false }));
}

/** Of hosts whose creation failed for good: terraform takes them down before it makes others in their place. */
function doomedAddresses(known: readonly StateResource[], owned: OwnedResources): string[] {
  const fine = new Set(usable(known, owned).map(({ id }) => id));
  return known
    .filter(({ type, tainted, id }) => type === 'ucloud_instance' && tainted && !fine.has(id))
    .flatMap(({ attributes }) => (typeof attributes['private_ip'] === 'string' ? [attributes['private_ip']] : []));
}

/** Names of hosts that terraform knows of and UCloud does not. A list may lag behind; the question for one host does not. */
async function vanished(
  hosts: readonly ExistingHost[],
  { hosts: listed }: OwnedResources,
  { api, scope }: Pick<ClusterRequest, 'api' | 'scope'>,
): Promise<Set<string>> {
  const absent = hosts.filter(({ id }) => !listed.some(({ UHostId }) => UHostId === id));
  const asked = await Promise.all(
    absent.map(async ({ id, name }) => {
      const { UHostSet } = await api.call('DescribeUHostInstance', { UHostIds: [id] }, { signal: scope.ctx.signal });
      return UHostSet.some(({ UHostId }) => UHostId === id) ? [] : [name];
    }),
  );
  return new Set(asked.flat());
}

function strayBindings(known: readonly StateResource[], { eips }: OwnedResources): ClusterPicture['unbind'] {
  const bound = new Set(
    known.filter(({ type }) => type === 'ucloud_eip_association').map(({ attributes }) => String(attributes['eip_id'])),
  );
  return eips.flatMap(({ EIPId, Resource }) => {
    const { ResourceID: ResourceId = '', ResourceType = '' } = Resource ?? {};
    const isKnown = bound.has(EIPId);
    return ResourceId === '' || isKnown ? [] : [{ EIPId, ResourceType, ResourceId }];
  });
}

/** What sits in the subnets and is none of the cluster's hosts. */
async function foreignAddresses({ api, scope, network }: ClusterRequest, existing: readonly ExistingHost[]): Promise<string[]> {
  const own = new Set(existing.map(({ id }) => id));
  const subnets = [...new Set([network.managementSubnetId, network.clientSubnetId])];
  const holders = await Promise.all(
    subnets.map((SubnetId) =>
      everyPage(async (page) => (await api.call('DescribeSubnetResource', { SubnetId, ...page }, { signal: scope.ctx.signal })).DataSet),
    ),
  );
  return holders.flat().flatMap(({ ResourceId, IP }) => (IP && !own.has(ResourceId) ? [IP] : []));
}
