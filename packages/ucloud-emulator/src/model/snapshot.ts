import type { Snapshot } from '../records/disk.js';
import { Refusal, retCodes } from '../params/refusal.js';
import type { Scope } from '../scope/scope.js';
import { inSeconds } from '../params/answer-values.js';

/** @throws Refusal while it is being made, or when that has failed. */
export function needSnapshot(id: string, scope: Scope): Snapshot {
  const snapshot = scope.need('snapshot', id);
  if (snapshot.status !== 'Normal') throw new Refusal(retCodes.inUse, `The snapshot [${id}] is ${snapshot.status}, must be Normal`);
  return snapshot;
}

/** @throws Refusal while it is being made, or a disk of it. */
export function dropSnapshot(id: string, scope: Scope): void {
  const { status } = scope.need('snapshot', id);
  if (status === 'Creating') throw new Refusal(retCodes.inUse, `The snapshot [${id}] is ${status}`);
  const clone = [...scope.select('disk', { source: id })].find(({ status }) => status === 'Cloning');
  if (clone) throw new Refusal(retCodes.inUse, `The snapshot [${id}] is in use by [${clone.id}]`);
  scope.remove('snapshot', id);
}

export function showSnapshot(snapshot: Snapshot, scope: Scope): object {
  const disk = scope.find('disk', snapshot.disk);
  return {
    SnapshotId: snapshot.id,
    Name: snapshot.name,
    UDiskId: snapshot.disk,
    UDiskName: disk?.name ?? snapshot.diskName,
    Zone: snapshot.zone,
    CreateTime: inSeconds(snapshot.created),
    Size: snapshot.size,
    Status: snapshot.status,
    DiskType: typeNumber(snapshot),
    ExpiredTime: 0,
    Comment: snapshot.remark,
    ChargeType: 'Dynamic',
    IsUDiskAvailable: disk !== undefined,
    Version: '1.0',
    UHostId: snapshot.host,
    UKmsMode: 'No',
    CmkIdStatus: 'NoCmkId',
  };
}

const NUMBERS: Readonly<Record<string, number>> = { CLOUD_SSD: 2, CLOUD_ESSD: 2, CLOUD_RSSD: 4 };

/** Types are numbers here: of a data disk, and one more of a boot disk. */
function typeNumber({ type, isBoot }: Snapshot): number {
  return (NUMBERS[type] ?? 0) + (isBoot ? 1 : 0);
}
