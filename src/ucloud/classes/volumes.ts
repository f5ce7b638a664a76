import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { waitFor, type Look } from '@nomadctl/base/wait-for';
import type { Clock } from '@nomadctl/base/clock';
import type { Disk } from '../../clients/ucloud/host-model.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { tagOf } from '../cluster-tag.js';
import { findOwned } from '../owned/owned-resources.js';
import type { Volume } from '../settings/client-classes.js';
import { chargePeriods } from '../prices/charge-periods.js';
import type { VolumeType } from '../settings/disk-types.js';
import { VOLUME_MARK, volumeName } from '../settings/volume-names.js';
import type { WantedHost } from '../settings/wanted-hosts.js';
import type { UcloudHost } from '../ucloud-state.js';

/*
 * Disks that clients have besides those that they were made with. They are ours and not terraform's: its provider knows no way to take an
 * attachment into its state, and detaches a disk of a running host, mounted or not. They are known by tag and name, as all else is.
 */

/** What UCloud's disk product calls the types that hosts are made with. */
export const volumeProducts: Readonly<Record<VolumeType, string>> = {
  cloud_rssd: 'RSSDDataDisk',
  cloud_ssd: 'SSDDataDisk',
  cloud_normal: 'DataDisk',
};

const TIMEOUT_MS = 5 * 60_000;
const PAUSE_MS = 500;

interface Place {
  readonly api: UcloudApi;
  /** The cluster's name. */
  readonly cluster: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly line: (text: string) => void;
}

/** The disks of all volumes of a cluster, attached or not. */
export async function volumeDisks(api: UcloudApi, cluster: string, signal: AbortSignal): Promise<Disk[]> {
  const { disks } = await findOwned(api, cluster, { signal, kinds: ['disks'] });
  return disks.filter(({ Name }) => isVolumeName(cluster, Name));
}

/** Whether a disk is a volume's, by its name, as `volumeName` made it. */
export function isVolumeName(cluster: string, name: string): boolean {
  return name.startsWith(`${cluster}-`) && /^client-(?:.+-)?\d+-volume-./.test(name.slice(cluster.length + 1));
}

/** The volume whose disk has such a name. Its place is right but for what was deeper than one folder below the first. */
export function volumeNamed(disk: string): Pick<Volume, 'name' | 'path'> {
  const name = disk.slice(disk.lastIndexOf(VOLUME_MARK) + VOLUME_MARK.length);
  return { name, path: `/${name.replace('-', '/')}` };
}

/** A volume in its host. */
export interface AttachedVolume extends Volume {
  readonly device: string;
}

/**
 * Makes the disks that a client lacks, and attaches those that are not in it. May be repeated: a disk is known by its name, and one that is
 * there keeps its size and type.
 * @param disks of the whole cluster: `volumeDisks`
 * @throws OutcomeError `volume-elsewhere` for one that another host has, or that is in another zone
 */
export async function attachVolumes(
  { host, wanted, disks }: { readonly host: UcloudHost; readonly wanted: WantedHost; readonly disks: readonly Disk[] },
  place: Place,
): Promise<AttachedVolume[]> {
  const attached: AttachedVolume[] = [];
  // One after the other: UCloud gives out devices in that order.
  for (const volume of wanted.volumes) {
    const name = volumeName(place.cluster, host.name, volume);
    const id =
      chosenDisk(name, host, { disks, cluster: place.cluster }) ?? (await makeDisk({ name, volume, wanted, zone: host.zone }, place));
    attached.push({ ...volume, device: await attach(id, { host, name }, place) });
  }
  return attached;
}

function chosenDisk(
  name: string,
  host: UcloudHost,
  { disks, cluster }: { readonly disks: readonly Disk[]; readonly cluster: string },
): string | undefined {
  const named = disks.filter(({ Name }) => Name === name);
  const own = named.find(({ UHostId }) => UHostId === host.id);
  const free = named.filter(({ UHostId = '' }) => UHostId === '');
  const found = own ?? free.find(({ Zone }) => Zone === host.zone);
  if (found) return found.UDiskId;
  const [other] = named;
  if (other === undefined) return undefined;
  const { UDiskId, UHostId = '', Zone } = other;
  throw new OutcomeError(`volume ${name} (${UDiskId}) cannot be attached to ${host.name}`, {
    code: 'volume-elsewhere',
    why: UHostId === '' ? `it is in ${Zone}, and the host in ${host.zone}; disks stay in their zone` : `${UHostId} has it`,
    next: nomadctl`status ${cluster}`,
  });
}

async function makeDisk(
  { name, volume, wanted, zone }: { readonly name: string; readonly volume: Volume; readonly wanted: WantedHost; readonly zone: string },
  { api, cluster, signal, line }: Place,
): Promise<string> {
  line(`making ${name}, ${volume.size} GB`);
  const { UDiskId } = await api.call(
    'CreateUDisk',
    {
      ...{ Zone: zone, Size: volume.size, Name: name, DiskType: volumeProducts[typeOf(volume, wanted)], Tag: tagOf({ name: cluster }) },
      ...{ ChargeType: chargePeriods[wanted.chargeType], Quantity: 1 },
    },
    { signal },
  );
  const [id] = UDiskId;
  if (id === undefined) throw new Error(`UCloud made ${name}, and told no id`);
  return id;
}

/** Data disks in the host itself are nothing that can be attached. */
function typeOf({ type }: Volume, { dataDiskType }: WantedHost): VolumeType {
  return type ?? (dataDiskType in volumeProducts ? (dataDiskType as VolumeType) : 'cloud_ssd');
}

/** Attaches a disk, asking whenever it may be asked, until the host has it. @returns the device */
async function attach(id: string, { host, name }: { readonly host: UcloudHost; readonly name: string }, place: Place): Promise<string> {
  const { api, cluster, signal, line } = place;
  const what = { id, what: `disk ${name} in ${host.name}`, next: nomadctl`up ${cluster}` };
  return untilDisk(what, place, async (disk) => {
    if (disk?.Status === 'InUse' && disk.UHostId === host.id && disk.DeviceName) return { value: disk.DeviceName };
    if (disk?.Status === 'Available') {
      line(`attaching ${name} to ${host.name}`);
      await api.call('AttachUDisk', { UDiskId: id, HostId: host.id, Zone: disk.Zone }, { signal });
    }
    return { observed: disk === undefined ? 'UCloud does not list it' : `it is ${disk.Status}` };
  });
}

/**
 * Takes the volumes out of a host that is off and about to be deleted: those that are in it then would be deleted with it.
 * @throws OutcomeError `wait-timeout`: then it must not be deleted
 */
export async function detachVolumes(host: Pick<UcloudHost, 'id' | 'name'>, place: Place): Promise<void> {
  const { api, cluster, signal, line } = place;
  const inside = (await volumeDisks(api, cluster, signal)).filter(({ UHostId }) => UHostId === host.id);
  for (const { UDiskId: id, Name } of inside) {
    line(`detaching ${Name}, which its successor gets`);
    const what = { id, what: `disk ${Name} without a host`, next: nomadctl`status ${cluster}` };
    await untilDisk(what, place, async (disk) => {
      if (!disk || disk.Status === 'Available') return { value: true };
      if (disk.Status === 'InUse') await api.call('DetachUDisk', { UDiskId: id, HostId: host.id, Zone: disk.Zone }, { signal });
      return { observed: `it is ${disk.Status}` };
    });
  }
}

/** Looks at a disk until a look says that it is as wanted. @throws OutcomeError `wait-timeout` */
function untilDisk<Value>(
  { id, what, next }: { readonly id: string; readonly what: string; readonly next: Hint },
  { api, clock, signal }: Place,
  look: (disk: Disk | undefined) => Promise<Look<Value>>,
): Promise<Value> {
  return waitFor({ what, timeoutMs: TIMEOUT_MS, pauseMs: PAUSE_MS, clock, signal, next }, async () => {
    const { DataSet } = await api.call('DescribeUDisk', { UDiskId: id }, { signal });
    return look(DataSet.find(({ UDiskId }) => UDiskId === id));
  });
}
