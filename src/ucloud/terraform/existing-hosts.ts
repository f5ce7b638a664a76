import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import type { OwnedResources } from '../owned/owned-resources.js';
import { tagOf } from '../cluster-tag.js';
import type { UcloudCluster } from '../ucloud-subject.js';
import type { ExistingHost } from './assign-hosts.js';
import type { FoundHost } from './found-resources.js';
import { hostAtCloud, hostNamed, hostsInState } from './host-resources.js';
import type { StateResource } from '../../terraform/inventory.js';
import { plannedHosts } from './planned-hosts.js';
import type { TerraformScope } from '../../terraform/terraform-scope.js';

interface Place {
  readonly cluster: UcloudCluster;
  readonly scope: TerraformScope;
  readonly api: UcloudApi;
}

interface Seen {
  /** By terraform. */
  readonly known: readonly StateResource[];
  /** By UCloud. */
  readonly owned: OwnedResources;
  /** Hosts that terraform is about to be told of. */
  readonly adopted: readonly (FoundHost & { readonly address: string })[];
  /** Ids of disks that no host was made with. */
  readonly volumes: ReadonlySet<string>;
}

export interface ExistingHosts {
  readonly existing: readonly ExistingHost[];
  /** Private addresses of hosts that were deleted outside nomadctl, or that terraform will replace. */
  readonly vanished: readonly string[];
  /** Tainted hosts that are fine at UCloud: terraform missed the end of their creation. */
  readonly halfMade: readonly StateResource[];
}

/** Finds the hosts that exist, where terraform's state and UCloud may disagree. */
export async function existingHosts({ cluster, scope, api }: Place, { known, owned, adopted, volumes }: Seen): Promise<ExistingHosts> {
  const halfMade = usable(known, owned);
  const inState = hostsInState(known, volumes);
  const gone = await vanished(inState, owned, { cluster, api, scope });
  const planned = await plannedHosts(scope.root);
  const groups = new Map(owned.isolationGroups.map(({ GroupId, GroupName = '' }) => [GroupId, GroupName.slice(tagOf(cluster).length + 1)]));
  const atCloud = [
    // Of a creation that ended early terraform's state has little more than the id.
    ...halfMade.flatMap(({ address, id }) => owned.hosts.filter(({ UHostId }) => UHostId === id).map((host) => ({ address, host }))),
    ...adopted,
  ];
  const existing = [
    ...inState.filter(({ name }) => !gone.has(name)),
    ...atCloud.map(({ address, host }) => hostAtCloud(hostNamed(address) ?? '', host, { groups, volumes })),
  ];
  return {
    // A remark is made after the host, and people may change it.
    existing: existing.map((host) => ({ ...host, imageId: host.imageId || planned.get(host.name)?.imageId || 'unknown' })),
    vanished: [...inState.filter(({ name }) => gone.has(name)).map(({ privateIp }) => privateIp), ...taintedAddresses(known, halfMade)],
    halfMade,
  };
}

const ON_ITS_WAY = ['Initializing', 'Starting', 'Running'];

/** Tainted hosts that run or start. Terraform would replace them, because it did not see the end of their creation. */
function usable(known: readonly StateResource[], { hosts }: OwnedResources): StateResource[] {
  return known.filter(
    ({ type, tainted, id }) =>
      type === 'ucloud_instance' && tainted && hosts.some(({ UHostId, State }) => UHostId === id && ON_ITS_WAY.includes(State)),
  );
}

/** Addresses, firewalls and isolation groups are whole as soon as they are there. */
export function usableOthers(
  known: readonly StateResource[],
  { eips, balancers, firewalls, isolationGroups }: OwnedResources,
): StateResource[] {
  const ids = new Set([
    ...eips.map(({ EIPId }) => EIPId),
    ...balancers.map(({ ULBId }) => ULBId),
    ...firewalls.map(({ FWId }) => FWId),
    ...isolationGroups.map(({ GroupId }) => GroupId),
  ]);
  return known.filter(({ tainted, id }) => tainted && ids.has(id));
}

/** Private addresses of hosts whose creation failed: terraform destroys them before it makes their successors. */
function taintedAddresses(known: readonly StateResource[], halfMade: readonly StateResource[]): string[] {
  const fine = new Set(halfMade.map(({ id }) => id));
  return known
    .filter(({ type, tainted, id }) => type === 'ucloud_instance' && tainted && !fine.has(id))
    .flatMap(({ attributes }) => (typeof attributes['private_ip'] === 'string' ? [attributes['private_ip']] : []));
}

/**
 * Names of hosts in terraform's state that UCloud does not have. Each absent host is asked for by its id, because the list
 * may lag behind.
 */
async function vanished(hosts: readonly ExistingHost[], { hosts: listed }: OwnedResources, { api, scope }: Place): Promise<Set<string>> {
  const absent = hosts.filter(({ id }) => !listed.some(({ UHostId }) => UHostId === id));
  const asked = await mapBounded(absent, REQUESTS_AT_ONCE, async ({ id, name }) => {
    const { UHostSet } = await api.call('DescribeUHostInstance', { UHostIds: [id] }, { signal: scope.ctx.signal });
    return UHostSet.some(({ UHostId }) => UHostId === id) ? [] : [name];
  });
  return new Set(asked.flat());
}
