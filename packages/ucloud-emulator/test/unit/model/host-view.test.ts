import { expect, test } from 'vitest';
import { attachedDisk, boundEip, disk, later, stoppedHost } from '../../helpers/cloud-parts.js';
import { dispatchedCloud } from '../../helpers/dispatched-cloud.js';

test('a host that was shown before is shown as it is now, with its disks and addresses', async () => {
  const cloud = await dispatchedCloud();
  const UHostId = stoppedHost(cloud);
  const [first, second] = [attachedDisk(cloud, UHostId), attachedDisk(cloud, UHostId)];
  later(cloud);
  const EIPId = boundEip(cloud, UHostId);
  const shown = () => cloud.ok('DescribeUHostInstance', { 'UHostIds.0': UHostId }).UHostSet[0];
  const disks = () => shown().DiskSet.map((one: { DiskId: string; Size: number }) => [one.DiskId, one.Size]);
  const [boot] = disks();
  expect(disks()).toEqual([boot, [first, 20], [second, 20]]);
  cloud.ok('ResizeAttachedDisk', { UHostId, DiskId: second, DiskSpace: 50 });
  expect(disks()).toEqual([boot, [first, 20], [second, 50]]);
  expect(shown().TotalDiskSpace).toBe(70);
  cloud.ok('ModifyEIPBandwidth', { EIPId, Bandwidth: 7 });
  expect(shown().IPSet[1].Bandwidth).toBe(7);
  cloud.ok('DetachUDisk', { Zone: cloud.zone, UDiskId: first, HostId: UHostId });
  // From here on it is time alone that changes something.
  expect(disks()).toEqual([boot, [first, 20], [second, 50]]);
  expect(disks()).toEqual([boot, [first, 20], [second, 50]]);
  later(cloud);
  expect(disks()).toEqual([boot, [second, 50]]);
  cloud.ok('UnBindEIP', { EIPId, ResourceType: 'uhost', ResourceId: UHostId });
  expect(shown().IPSet).toHaveLength(1);
});

test('what was is shown as it was, whatever was shown before, and is no answer for now', async () => {
  const cloud = await dispatchedCloud();
  const UHostId = stoppedHost(cloud);
  const EIPId = boundEip(cloud, UHostId);
  const bandwidth = () => cloud.ok('DescribeUHostInstance', { 'UHostIds.0': UHostId }).UHostSet[0].IPSet[1].Bandwidth;
  later(cloud);
  const before = bandwidth();
  cloud.ok('ModifyEIPBandwidth', { EIPId, Bandwidth: before + 5 });
  expect([bandwidth(), bandwidth()]).toEqual([before + 5, before + 5]);
  const { id } = cloud.faults.add({ action: 'DescribeUHostInstance', effect: { kind: 'stale', ms: 1 } });
  expect([bandwidth(), bandwidth()]).toEqual([before, before]);
  cloud.faults.remove(id);
  expect(bandwidth()).toBe(before + 5);
});

test('a disk that could not be made is of no use, and one of eight terabytes is the largest of most kinds', async () => {
  const cloud = await dispatchedCloud();
  const UDiskId = disk(cloud, { Size: 8000, DiskType: 'SSDDataDisk' });
  const record = cloud.store.get('disk', UDiskId);
  if (!record) throw new Error('it was just made');
  cloud.store.transaction(cloud.clock.now(), () => cloud.store.put('disk', { ...record, status: 'Failed' }));
  const reply = cloud.call('AttachUDisk', { Zone: cloud.zone, UDiskId, HostId: stoppedHost(cloud) });
  expect(reply).toMatchObject({ RetCode: 58001, Message: `UDisk [${UDiskId}] is Failed` });
});
