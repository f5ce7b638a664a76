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
}

export interface ExistingHosts {
  readonly existing: readonly ExistingHost[];
  /** Addresses of hosts that somebody took away, or that are to be made anew. */
  readonly vanished: readonly string[];
  /** Hosts whose creation ended well after all. */
  readonly untaint: readonly StateResource[];
}

/** The hosts that are there, where terraform's state and UCloud may tell different things. */
export async function existingHosts({ cluster, scope, api }: Place, { known, owned, adopted }: Seen): Promise<ExistingHosts> {
  const untaint = usable(known, owned);
  const inState = hostsInState([...known.filter(({ tainted }) => !tainted), ...untaint]);
  const gone = await vanished(inState, owned, { cluster, api, scope });
  const planned = await plannedHosts(scope.root);
  const groups = new Map(owned.isolationGroups.map(({ GroupId, GroupName = '' }) => [GroupId, GroupName.slice(tagOf(cluster).length + 1)]));
  const existing = [
    ...inState.filter(({ name }) => !gone.has(name)),
    ...adopted.map(({ address, host }) => hostAtCloud(hostNamed(address) ?? '', host, groups)),
  ];
  return {
    // A remark is made after the host, and people may change it.
    existing: existing.map((host) => ({ ...host, imageId: host.imageId || planned.get(host.name)?.imageId || 'unknown' })),
    vanished: [...inState.filter(({ name }) => gone.has(name)).map(({ privateIp }) => privateIp), ...taintedAddresses(known, untaint)],
    untaint,
  };
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
function taintedAddresses(known: readonly StateResource[], untaint: readonly StateResource[]): string[] {
  const fine = new Set(untaint.map(({ id }) => id));
  return known
    .filter(({ type, tainted, id }) => type === 'ucloud_instance' && tainted && !fine.has(id))
    .flatMap(({ attributes }) => (typeof attributes['private_ip'] === 'string' ? [attributes['private_ip']] : []));
}

/** Names of hosts that terraform knows of and UCloud does not. A list may lag behind; the question for one host does not. */
async function vanished(hosts: readonly ExistingHost[], { hosts: listed }: OwnedResources, { api, scope }: Place): Promise<Set<string>> {
  const absent = hosts.filter(({ id }) => !listed.some(({ UHostId }) => UHostId === id));
  const asked = await Promise.all(
    absent.map(async ({ id, name }) => {
      const { UHostSet } = await api.call('DescribeUHostInstance', { UHostIds: [id] }, { signal: scope.ctx.signal });
      return UHostSet.some(({ UHostId }) => UHostId === id) ? [] : [name];
    }),
  );
  return new Set(asked.flat());
}
