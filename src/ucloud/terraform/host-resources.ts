import type { Host } from '../../clients/ucloud/host-model.js';
import type { ExistingHost } from './assign-hosts.js';
import type { StateResource } from '../../terraform/inventory.js';

/** Addresses of a host's parts in the `cluster` root. */
export const hostAddress = (name: string): string => `module.host[${JSON.stringify(name)}].ucloud_instance.this`;
export const eipAddress = (name: string): string => `module.host[${JSON.stringify(name)}].ucloud_eip.this[0]`;

/** The name of the host at an address that `hostAddress` made. */
export function hostNamed(address: string): string | undefined {
  return /^module\.host\["([^"]+)"\]\.ucloud_instance\.this$/.exec(address)?.[1];
}

const MADE_FROM = 'made from ';

/** The image id in a host's remark; empty when the remark has none. */
export function imageInRemark(remark: unknown): string {
  return typeof remark === 'string' && remark.startsWith(MADE_FROM) ? remark.slice(MADE_FROM.length) : '';
}

/**
 * Hosts in terraform's state, without tainted ones: terraform replaces those.
 * @param volumes ids of disks that were attached since, and are none of those that a host is made with
 */
export function hostsInState(resources: readonly StateResource[], volumes: ReadonlySet<string> = new Set()): ExistingHost[] {
  const groups = new Map(resources.filter(({ type }) => type === 'ucloud_isolation_group').map(({ id, address }) => [id, keyOf(address)]));
  return resources.flatMap(({ address, id, tainted, attributes }) => {
    const name = hostNamed(address);
    if (name === undefined || tainted) return [];
    return {
      name,
      id,
      zone: text(attributes['availability_zone']),
      privateIp: text(attributes['private_ip']),
      instanceType: text(attributes['instance_type']),
      imageId: imageInRemark(attributes['remark']),
      ...disksOf(attributes['disk_set'], volumes),
      isolationGroup: groups.get(text(attributes['isolation_group'])) ?? '',
    };
  });
}

/** What is known of isolation groups, by id, and of volumes. */
export interface AtCloud {
  readonly groups: ReadonlyMap<string, string>;
  readonly volumes?: ReadonlySet<string>;
}

/** A host that terraform does not know of, as UCloud tells of it. */
export function hostAtCloud(name: string, host: Host, { groups, volumes = new Set() }: AtCloud): ExistingHost {
  const disks = host.DiskSet.map(({ DiskId, IsBoot, DiskType, Size }) => ({
    ...{ id: DiskId, is_boot: IsBoot === 'True', type: DiskType, size: Size },
  }));
  return {
    name,
    id: host.UHostId,
    zone: host.Zone,
    privateIp: host.IPSet.find(({ Type }) => Type === 'Private')?.IP ?? '',
    instanceType: instanceTypeOf(host),
    imageId: imageInRemark(host.Remark),
    ...disksOf(disks, volumes),
    isolationGroup: groups.get(host.IsolationGroup ?? '') ?? '',
  };
}

const SCALES: Readonly<Record<number, string>> = { 1: 'highcpu', 2: 'basic', 4: 'standard', 8: 'highmem' };

/** As the provider reads it back: https://github.com/ucloud/terraform-provider-ucloud, instanceTypeSetFunc. */
function instanceTypeOf({ MachineType, CPU, Memory }: Host): string {
  const gigabytes = Memory / 1024;
  const scale = SCALES[Math.floor(gigabytes / CPU)];
  return scale === undefined ? `n-customized-${CPU}-${gigabytes}` : `${MachineType.toLowerCase()}-${scale}-${CPU}`;
}

/** Of the provider's `disk_set`. */
function disksOf(disks: unknown, volumes: ReadonlySet<string>): Pick<ExistingHost, 'dataDisk' | 'bootDiskType' | 'dataDiskType'> {
  const list = Array.isArray(disks) ? (disks as { id?: unknown; size?: unknown; type?: unknown; is_boot?: unknown }[]) : [];
  const boot = list.find(({ is_boot: isBoot }) => isBoot === true);
  const data = list.find(({ id, is_boot: isBoot }) => isBoot !== true && !volumes.has(text(id)));
  const typeOf = (disk: typeof boot): string | undefined => text(disk?.type).toLowerCase() || undefined;
  return { dataDisk: Number(data?.size ?? 0), bootDiskType: typeOf(boot), dataDiskType: typeOf(data) };
}

function keyOf(address: string): string {
  return /\["([^"]+)"\]/.exec(address)?.[1] ?? '';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
