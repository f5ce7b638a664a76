import { expect, test } from 'vitest';
import type { EmulatedCloud } from '../../../../../test/helpers/emulated-cloud.js';
import {
  canRunMachines,
  createHosts,
  hostsIn,
  instanceOf,
  leftovers,
  machinesCloud,
  nothingLeft,
  ssh,
  terminate,
} from '../../../../../test/helpers/machines-cloud.js';

const can = await canRunMachines();

async function disk(cloud: EmulatedCloud, UDiskId: string): Promise<{ Status: string; DeviceName: string; UHostId: string }> {
  return (await cloud.ok('DescribeUDisk', { UDiskId })).DataSet[0];
}

test.skipIf(!can)('a declared data disk is /dev/vdb; what is on it outlives the host', async () => {
  const cloud = await machinesCloud();
  const data = { 'Disks.1.IsBoot': 'false', 'Disks.1.Type': 'CLOUD_SSD', 'Disks.1.Size': 20 };
  const [first = '', second = ''] = [await createHosts(cloud, data), await createHosts(cloud)].flat();
  const [one, two] = await hostsIn(cloud, 'Running', [first, second]);
  const mount =
    'mkdir -p /data && echo "UUID=$(blkid -s UUID -o value /dev/vdb) /data ext4 defaults,nofail 0 2" >> /etc/fstab && mount /data';
  expect(await ssh(one?.eip ?? '', 'blockdev --getsize64 /dev/vdb; test -e /dev/vdc || echo none')).toBe(`${20 * 2 ** 30}\nnone\n`);
  await ssh(one?.eip ?? '', `mkfs.ext4 -q /dev/vdb && ${mount} && echo kept > /data/file`);

  // fstab mounts it at the next boot.
  await cloud.ok('RebootUHostInstance', { UHostId: first });
  await hostsIn(cloud, 'Running', [first]);
  expect(await ssh(one?.eip ?? '', 'until mountpoint -q /data; do sleep 0.1; done; cat /data/file')).toBe('kept\n');

  const { DataSet } = await cloud.ok('DescribeUDisk', { UHostId: first, IsBoot: 'False' });
  const UDiskId = DataSet[0].UDiskId;
  await cloud.ok('PoweroffUHostInstance', { UHostId: first });
  await hostsIn(cloud, 'Stopped', [first]);
  await cloud.ok('TerminateUHostInstance', { UHostId: first, ReleaseEIP: true });
  await cloud.ok('AttachUDisk', { Zone: cloud.credentials.zone, UDiskId, UHostId: second });
  await expect.poll(async () => (await disk(cloud, UDiskId)).Status, { timeout: 20_000 }).toBe('InUse');
  expect(await ssh(two?.eip ?? '', `${mount} && cat /data/file`)).toBe('kept\n');

  const instance = await instanceOf(cloud);
  await terminate(cloud, [second]);
  await nothingLeft(instance);
});

test.skipIf(!can)('disks come and go while a host runs; one that is mounted stays', async () => {
  const cloud = await machinesCloud();
  const hosts = await createHosts(cloud);
  const [host] = await hostsIn(cloud, 'Running', hosts);
  const [Zone, UHostId, address] = [cloud.credentials.zone, hosts[0] ?? '', host?.eip ?? ''];
  const { UDiskId: made } = await cloud.ok('CreateUDisk', { Zone, Name: 'data', Size: 10 });
  const UDiskId = made[0];
  const status = async (): Promise<string> => (await disk(cloud, UDiskId)).Status;

  await cloud.ok('AttachUDisk', { Zone, UDiskId, UHostId });
  await expect.poll(status, { timeout: 20_000 }).toBe('InUse');
  expect((await disk(cloud, UDiskId)).DeviceName).toBe('/dev/vdb');
  await ssh(address, 'mkfs.ext4 -q /dev/vdb && mount /dev/vdb /mnt && echo kept > /mnt/file');

  await cloud.ok('DetachUDisk', { Zone, UDiskId, UHostId });
  await expect
    .poll(async () => (await cloud.control('GET', '/machines')).body.problems[UDiskId], { timeout: 20_000 })
    .toBe('/dev/vdb is mounted in the host');
  expect(await status()).toBe('InUse');
  expect(await ssh(address, 'cat /mnt/file; umount /mnt')).toBe('kept\n');

  await cloud.ok('DetachUDisk', { Zone, UDiskId, UHostId });
  await expect.poll(status, { timeout: 20_000 }).toBe('Available');
  expect(await ssh(address, 'test -e /dev/vdb || echo none')).toBe('none\n');
  expect((await leftovers(await instanceOf(cloud))).filter((line) => line.startsWith('/dev/loop'))).toEqual([]);

  // Larger, and back: what was on it is there.
  await cloud.ok('ResizeUDisk', { Zone, UDiskId, Size: 30 });
  await cloud.ok('AttachUDisk', { Zone, UDiskId, UHostId });
  await expect.poll(status, { timeout: 20_000 }).toBe('InUse');
  expect(await ssh(address, 'blockdev --getsize64 /dev/vdb; mount /dev/vdb /mnt; cat /mnt/file; umount /mnt')).toBe(
    `${30 * 2 ** 30}\nkept\n`,
  );

  // And larger again on the stopped host.
  await cloud.ok('StopUHostInstance', { UHostId });
  await hostsIn(cloud, 'Stopped', hosts);
  await cloud.ok('ResizeAttachedDisk', { UHostId, DiskId: UDiskId, DiskSpace: 40 });
  await cloud.ok('StartUHostInstance', { UHostId });
  await hostsIn(cloud, 'Running', hosts);
  expect(await ssh(address, 'blockdev --getsize64 /dev/vdb')).toBe(`${40 * 2 ** 30}\n`);
});

test.skipIf(!can)('a snapshot is what was on the disk at that moment, while the host writes; disks are made of it', async () => {
  const cloud = await machinesCloud();
  const data = { 'Disks.1.IsBoot': 'false', 'Disks.1.Type': 'CLOUD_SSD', 'Disks.1.Size': 20 };
  const [UHostId = ''] = await createHosts(cloud, data);
  const [host] = await hostsIn(cloud, 'Running', [UHostId]);
  const [Zone, address] = [cloud.credentials.zone, host?.eip ?? ''];
  const boot = (await cloud.ok('DescribeUDisk', { UHostId, IsBoot: 'True' })).DataSet[0].UDiskId;
  expect(await cloud.call('CreateUDiskSnapshot', { Zone, UDiskId: boot, Name: 'boot' })).toMatchObject({ RetCode: 58005 });
  const UDiskId = (await cloud.ok('DescribeUDisk', { UHostId, IsBoot: 'False' })).DataSet[0].UDiskId;
  await ssh(address, 'mkfs.ext4 -q /dev/vdb && mkdir -p /data && mount /dev/vdb /data && echo before > /data/file');
  const writer = 'setsid sh -c "while :; do echo line >> /data/log; done" > /dev/null 2>&1 &';
  await ssh(address, writer);

  const taken = await cloud.ok('CreateUDiskSnapshot', { Zone, UDiskId, Name: 'first' });
  const SnapshotId = taken.SnapshotId[0];
  const status = async (): Promise<string> => (await cloud.ok('DescribeUDiskSnapshot', { SnapshotId })).DataSet[0].Status;
  await expect.poll(status, { timeout: 60_000 }).toBe('Normal');
  // The host goes on.
  const size = async (): Promise<number> => Number(await ssh(address, 'stat -c %s /data/log'));
  const before = await size();
  await expect.poll(size, { timeout: 20_000 }).toBeGreaterThan(before);
  await ssh(address, 'echo after > /data/file; pkill -f /data/log');

  const clone = (await cloud.ok('CloneUDiskSnapshot', { Zone, SourceId: SnapshotId, Name: 'cloned' })).UDiskId[0];
  await expect.poll(async () => (await disk(cloud, clone)).Status, { timeout: 60_000 }).toBe('Available');
  await cloud.ok('DeleteUDiskSnapshot', { Zone, SnapshotId });
  await cloud.ok('AttachUDisk', { Zone, UDiskId: clone, UHostId });
  await expect.poll(async () => (await disk(cloud, clone)).Status, { timeout: 20_000 }).toBe('InUse');
  // Whole: nothing has to be repaired.
  const look =
    'e2fsck -fn /dev/vdc > /tmp/fsck 2>&1; echo $?; mkdir -p /cloned && mount /dev/vdc /cloned && cat /cloned/file && test -s /cloned/log';
  expect(await ssh(address, look)).toBe('0\nbefore\n');

  const instance = await instanceOf(cloud);
  await ssh(address, 'umount /cloned /data');
  await cloud.ok('DetachUDisk', { Zone, UDiskId: clone, UHostId });
  await expect.poll(async () => (await disk(cloud, clone)).Status, { timeout: 20_000 }).toBe('Available');
  await cloud.ok('DeleteUDisk', { Zone, UDiskId: clone });
  await terminate(cloud, [UHostId]);
  await nothingLeft(instance);
});
