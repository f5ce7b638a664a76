import type { UcloudSettings } from '../settings/options.js';
import type { ImageName } from '../settings/image-names.js';
import { imageOf, type AssignedHost, type ExistingHost } from './assign-hosts.js';
import type { ObservedCluster } from './observe-cluster.js';
import { wantedHosts, type WantedHost } from '../settings/wanted-hosts.js';

/** A host that would be another one if it were made today, and why. */
export interface OutdatedHost {
  readonly name: string;
  readonly because: string;
}

interface Today {
  readonly settings: UcloudSettings;
  readonly images: Readonly<Record<ImageName, string>>;
}

/** Hosts in the order in which they are to be replaced: Consul servers, Nomad servers, clients. */
export function outdatedHosts(
  { hosts, existing }: Pick<ObservedCluster, 'hosts' | 'existing'>,
  { settings, images }: Today,
): OutdatedHost[] {
  const wanted = wantedHosts(settings);
  return hosts.flatMap((host) => {
    const there = existing.find(({ name }) => name === host.name);
    const today = wanted.find(({ name }) => name === host.name);
    if (!there || !today) return [];
    const because = [...differences(host, today, imageOf(today, images)), ...placement(there, { today, zones: settings.zones })];
    return because.length === 0 ? [] : [{ name: host.name, because: because.join(', ') }];
  });
}

function differences(host: AssignedHost, today: WantedHost, image: string): string[] {
  return [
    ...(host.imageId === image ? [] : [`made from ${host.imageId}`]),
    ...(host.instanceType === today.instanceType ? [] : [`is ${host.instanceType}`]),
    ...(host.dataDisk === today.dataDisk ? [] : [`has a data disk of ${host.dataDisk} GB`]),
  ];
}

/** Where it is and on what; settings without zones leave hosts where they are, and so do volumes. */
function placement(
  { zone, bootDiskType, dataDiskType }: ExistingHost,
  { today, zones: common }: { readonly today: WantedHost; readonly zones: readonly string[] },
): string[] {
  const differs = (now: string | undefined, wanted: string): boolean => now !== undefined && now !== wanted;
  const zones = today.zones.length > 0 ? today.zones : common;
  return [
    ...(zones.length === 0 || zones.includes(zone) || today.volumes.length > 0 ? [] : [`is in ${zone}`]),
    ...(differs(bootDiskType, today.bootDiskType) ? [`boots from ${bootDiskType}`] : []),
    ...(differs(dataDiskType, today.dataDiskType) ? [`has a data disk of type ${dataDiskType}`] : []),
  ];
}
