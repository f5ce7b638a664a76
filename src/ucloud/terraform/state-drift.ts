import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { resourcesOf, type RawState } from '../../terraform/inventory.js';
import { tagOf } from '../cluster-tag.js';
import { findOwned, type OwnedKind, type OwnedResources } from '../owned/owned-resources.js';

/** What terraform makes; images and temporary hosts of builds are packer's. */
const KINDS = ['hosts', 'eips', 'firewalls', 'isolationGroups', 'subnets', 'vpcs'] as const satisfies readonly OwnedKind[];

/** Of the provider's types, those that are listed by these kinds. */
const LISTED: Readonly<Record<string, string>> = {
  ucloud_instance: 'host',
  ucloud_eip: 'address',
  ucloud_security_group: 'firewall',
  ucloud_isolation_group: 'isolation group',
  ucloud_subnet: 'subnet',
  ucloud_vpc: 'network',
};

export interface StateDrift {
  /** At UCloud, with the cluster's tag, and in no state: `uhost-abc (prod-client-2)`. */
  readonly unheld: readonly string[];
  /** In a state, and not at UCloud: `module.host["client-1"].ucloud_instance.this (uhost-abc)`. */
  readonly gone: readonly string[];
}

/** Compares what the states hold with what is at UCloud. */
export async function stateDrift(
  api: UcloudApi,
  { cluster, states, signal }: { readonly cluster: string; readonly states: readonly RawState[]; readonly signal: AbortSignal },
): Promise<StateDrift> {
  const there = resourcesThere(await findOwned(api, cluster, { signal, kinds: KINDS }), cluster);
  const held = states.flatMap((state) => resourcesOf(state)).filter(({ type }) => LISTED[type] !== undefined);
  const ids = new Set(held.map(({ id }) => id));
  return {
    unheld: [...there].filter(([id]) => !ids.has(id)).map(([, title]) => title),
    gone: held.filter(({ id }) => !there.has(id)).map(({ id, address }) => `${address} (${id})`),
  };
}

/** What terraform makes of a cluster, by id: `uhost-abc (prod-client-2)`. */
export function resourcesThere(owned: Pick<OwnedResources, (typeof KINDS)[number]>, cluster: string): ReadonlyMap<string, string> {
  const tag = tagOf({ name: cluster });
  const tagged = <Thing extends { readonly Tag: string }>(things: readonly Thing[]): Thing[] => things.filter(({ Tag }) => Tag === tag);
  const named: readonly (readonly [id: string, name: string])[] = [
    ...tagged(owned.hosts).map(({ UHostId, Name }) => [UHostId, Name] as const),
    ...tagged(owned.eips).map(({ EIPId, EIPAddr }) => [EIPId, EIPAddr[0]?.IP ?? ''] as const),
    ...tagged(owned.firewalls).map(({ FWId, Name }) => [FWId, Name] as const),
    ...owned.isolationGroups.map(({ GroupId, GroupName }) => [GroupId, GroupName] as const),
    ...tagged(owned.subnets).map(({ SubnetId, SubnetName }) => [SubnetId, SubnetName] as const),
    ...tagged(owned.vpcs).map(({ VPCId, Name }) => [VPCId, Name] as const),
  ];
  return new Map(named.map(([id, name]) => [id, `${id} (${name})`]));
}
