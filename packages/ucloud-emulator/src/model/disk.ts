import type { Disk } from '../records/disk.js';
import { invalid, Refusal, retCodes } from '../params/refusal.js';
import type { Scope } from '../scope/scope.js';
import { clusterOf } from './disks/rdma-cluster.js';
import { inSeconds } from '../params/answer-values.js';

/** Disks have one name in the disk product and another in the host product. */
const NAMES: Readonly<Record<string, readonly [data: string, system: string]>> = {
  CLOUD_NORMAL: ['DataDisk', 'SystemDisk'],
  CLOUD_SSD: ['SSDDataDisk', 'SSDSystemDisk'],
  CLOUD_RSSD: ['RSSDDataDisk', 'RSSDSystemDisk'],
  CLOUD_ESSD: ['ESSDDataDisk', 'ESSDSystemDisk'],
};

export const diskTypes = ['DataDisk', 'SSDDataDisk', 'RSSDDataDisk', 'ESSDDataDisk'] as const;

/** @throws Refusal while it is being made of a snapshot, or when that has failed. */
export function needWholeDisk(id: string, scope: Scope): Disk {
  const disk = scope.need('disk', id);
  if (disk.status === 'Cloning' || disk.status === 'Failed') throw new Refusal(retCodes.inUse, `UDisk [${id}] is ${disk.status}`);
  return disk;
}

const LARGEST = 8000;
/** That UCloud keeps of a disk; not enforced here. */
const MOST_SNAPSHOTS = 3;

/** @throws Refusal: one kind is larger than the others. */
export function checkSize(type: string, size: number): void {
  if (type !== 'CLOUD_RSSD' && size > LARGEST) throw invalid('Size', `must be 1 to ${LARGEST} for ${type}`);
}

/** @throws Refusal for a size that is less than a disk has, or more than its kind may have. */
export function checkLarger({ type, size }: Disk, wanted: number): void {
  if (wanted < size) throw invalid('Size', `is smaller than the disk, ${size} GB`);
  checkSize(type, wanted);
}

export function hostSpelling(diskType: string): string {
  return Object.entries(NAMES).find(([, names]) => names.includes(diskType))?.[0] ?? 'CLOUD_NORMAL';
}

/** What the disk product's name of a type says; other names are the host product's. */
export function typeOf(spelling: string): Pick<Disk, 'type'> & Partial<Pick<Disk, 'isBoot'>> {
  const [type, names] = Object.entries(NAMES).find(([, known]) => known.includes(spelling)) ?? [];
  return type === undefined ? { type: spelling } : { type, isBoot: names?.[1] === spelling };
}

export function diskSpelling({ type, isBoot }: Pick<Disk, 'type' | 'isBoot'>): string {
  return NAMES[type]?.[isBoot ? 1 : 0] ?? type;
}

export function showDisk(disk: Disk, scope: Scope): object {
  const host = disk.host === '' ? undefined : scope.find('host', disk.host);
  const [id, name, ip] = [disk.host, host?.name ?? '', host?.ip ?? ''];
  return {
    UDiskId: disk.id,
    Name: disk.name,
    Zone: disk.zone,
    Size: disk.size,
    Status: disk.status,
    DiskType: diskSpelling(disk),
    IsBoot: disk.isBoot ? 'True' : 'False',
    Tag: disk.tag,
    ChargeType: disk.chargeType,
    CreateTime: inSeconds(disk.created),
    ExpiredTime: inSeconds(disk.expires),
    IsExpire: 'No',
    // The old spelling and the new one: clients read either.
    ...{ UHostId: id, UHostName: name, UHostIP: ip },
    ...{ HostId: id, HostName: name, HostIP: ip },
    DeviceName: disk.device,
    SnapshotCount: scope.owned('snapshot', disk.id).length,
    SnapshotLimit: MOST_SNAPSHOTS,
    // Where disks are real, a snapshot is taken first; boot disks are part of the host.
    CloneEnable: disk.isBoot || scope.machines.real ? 0 : 1,
    SnapEnable: disk.isBoot && scope.machines.real ? 0 : 1,
    ArkSwitchEnable: 0,
    UDataArkMode: 'No',
    UKmsMode: 'No',
    BackupMode: '',
    CmkIdStatus: 'NoCmkId',
    RdmaClusterId: clusterOf(disk),
    Version: '2.0',
  };
}
