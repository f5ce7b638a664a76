import { attachedDisk, disk, host, later, snapshot } from '../cloud-parts.js';
import type { DispatchedCloud } from '../dispatched-cloud.js';
import { casesOf } from './refusal-case.js';

const attach = (cloud: DispatchedCloud, UDiskId: string, HostId?: string) =>
  cloud.call('AttachUDisk', { Zone: cloud.zone, UDiskId, HostId });
const detach = (cloud: DispatchedCloud, UDiskId: string, HostId?: string) =>
  cloud.call('DetachUDisk', { Zone: cloud.zone, UDiskId, HostId });
const drop = (cloud: DispatchedCloud, more: object) => cloud.call('DeleteUDiskSnapshot', { Zone: cloud.zone, ...more });

/** A disk that its host is letting go of. */
function leavingDisk(cloud: DispatchedCloud): { readonly UDiskId: string; readonly HostId: string } {
  const HostId = host(cloud);
  const UDiskId = attachedDisk(cloud, HostId);
  later(cloud);
  cloud.ok('DetachUDisk', { Zone: cloud.zone, UDiskId, HostId });
  return { UDiskId, HostId };
}

/** Where disks are real, a disk of a snapshot takes its time; here for ever. */
const REAL = { limits: { real: true } };
function cloningDisk(cloud: DispatchedCloud): { readonly UDiskId: string; readonly SnapshotId: string } {
  const SnapshotId = snapshot(cloud);
  cloud.store.transaction(cloud.clock.now(), () =>
    cloud.store.put('snapshot', { ...cloud.store.get('snapshot', SnapshotId)!, status: 'Normal' }),
  );
  return { SnapshotId, UDiskId: cloud.ok('CloneUDiskSnapshot', { Zone: cloud.zone, Name: 'again', SourceId: SnapshotId }).UDiskId[0] };
}

export const diskCases = casesOf([
  [
    'model/disk.ts: Params [Size] not valid: must be 1 to … for …',
    230,
    (c) => c.call('CreateUDisk', { Zone: c.zone, Size: 8001, Name: 'x' }),
  ],
  ['model/disk.ts: UDisk […] is …', 58001, (c) => attach(c, cloningDisk(c).UDiskId, 'uhost-a'), { says: 'is Cloning', options: REAL }],
  ['model/disks/attach-disk.ts: Missing params [HostId]', 220, (c) => attach(c, disk(c))],
  [
    'model/disks/attach-disk.ts: UDisk […] is being detached',
    17061,
    (c) => {
      const { UDiskId, HostId } = leavingDisk(c);
      return attach(c, UDiskId, HostId);
    },
  ],
  ['model/disks/attach-disk.ts: UDisk […] is attached to […]', 17057, (c) => attach(c, attachedDisk(c), host(c))],
  ['model/disks/attach-disk.ts: Missing params [HostId]', 220, (c) => detach(c, disk(c))],
  ['model/disks/attach-disk.ts: UDisk […] can not be detached from […]', 17060, (c) => detach(c, disk(c), host(c))],
  [
    'model/disks/attach-disk.ts: UDisk […] is being detached (2)',
    17061,
    (c) => {
      const { UDiskId, HostId } = leavingDisk(c);
      return detach(c, UDiskId, HostId);
    },
  ],
  [
    'actions/disks/delete-udisk.ts: UDisk […] is attached to […]',
    17026,
    (c) => c.call('DeleteUDisk', { Zone: c.zone, UDiskId: attachedDisk(c) }),
  ],
  [
    'actions/disks/resize-udisk.ts: UDisk […] is attached to […]',
    17026,
    (c) => c.call('ResizeUDisk', { Zone: c.zone, UDiskId: attachedDisk(c), Size: 40 }),
  ],
  [
    'model/disk.ts: Params [Size] not valid: is smaller than the disk, … GB',
    230,
    (c) => c.call('ResizeUDisk', { Zone: c.zone, UDiskId: disk(c), Size: 19 }),
  ],
  [
    'actions/disks/create-udisk-snapshot.ts: Boot disk […] is on this computer, where only images can be made of it',
    58005,
    (c) => {
      const { UHostSet } = c.ok('DescribeUHostInstance', { 'UHostIds.0': host(c) });
      return c.call('CreateUDiskSnapshot', { Zone: c.zone, UDiskId: UHostSet[0].DiskSet[0].DiskId, Name: 'then' });
    },
    { options: REAL },
  ],
  [
    'actions/disks/delete-udisk-snapshot.ts: Params [UDiskId] not valid: SnapshotId is given as well',
    230,
    (c) => drop(c, { SnapshotId: 'bsSnap-a', UDiskId: 'bsm-a' }),
  ],
  ['actions/disks/delete-udisk-snapshot.ts: Missing params [SnapshotId]', 220, (c) => drop(c, {})],
  [
    'model/snapshot.ts: The snapshot […] is …, must be Normal',
    58001,
    (c) => c.call('CloneUDiskSnapshot', { Zone: c.zone, Name: 'again', SourceId: snapshot(c) }),
    { says: 'is Creating' },
  ],
  ['model/snapshot.ts: The snapshot […] is …', 58001, (c) => drop(c, { SnapshotId: snapshot(c) }), { says: 'is Creating' }],
  [
    'model/snapshot.ts: The snapshot […] is in use by […]',
    58001,
    (c) => drop(c, { SnapshotId: cloningDisk(c).SnapshotId }),
    { says: 'in use by [bsm-', options: REAL },
  ],
  [
    'model/disks/new-disk.ts: Params [RdmaClusterId] not valid: …',
    230,
    (c) => c.call('CreateUDisk', { Zone: c.zone, Size: 20, Name: 'x', RdmaClusterId: 'rdma-x' }),
    { says: 'CLOUD_NORMAL is in no cluster' },
  ],
  [
    'model/disks/new-disk.ts: Params [RdmaClusterId] not valid: …',
    230,
    (c) => c.call('CreateUDisk', { Zone: c.zone, Size: 20, Name: 'x', DiskType: 'RSSDDataDisk', RdmaClusterId: 'rdma-x' }),
    { says: 'that of cn-bj2-02 is rdma-' },
  ],
  [
    'actions/disks/clone-udisk.ts: UDisk […] is on this computer: CreateUDiskSnapshot, then CloneUDiskSnapshot',
    58006,
    (c) => c.call('CloneUDisk', { Zone: c.zone, Name: 'again', SourceId: disk(c) }),
    { options: REAL },
  ],
  [
    'actions/disks/detach-delete-udisk.ts: UDisk […] is in a host on this computer: DetachUDisk, then DeleteUDisk',
    58006,
    (c) => {
      const [UDiskId, HostId] = [disk(c), 'uhost-a'];
      c.store.transaction(0, () => c.store.put('disk', { ...c.store.get('disk', UDiskId)!, host: HostId, status: 'InUse' }));
      return c.call('DetachDeleteUDisk', { Zone: c.zone, UDiskId, HostId });
    },
    { options: REAL },
  ],
]);
