import { expect, test } from 'vitest';
import { snapshot } from '../../helpers/cloud-parts.js';
import { dispatchedCloud } from '../../helpers/dispatched-cloud.js';
import { emulatedCloud } from '../../../../../test/helpers/emulated-cloud.js';

test('a snapshot is made in time, outlives its disk, and becomes a disk of its size', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const Zone = cloud.credentials.zone;
  const disk = (await cloud.ok('CreateUDisk', { Zone, Name: 'data', Size: 40, DiskType: 'RSSDDataDisk' })).UDiskId[0];
  const take = async (Name: string) => (await cloud.ok('CreateUDiskSnapshot', { Zone, UDiskId: disk, Name })).SnapshotId[0];
  const [first, second] = [await take('first'), await take('second')];
  expect((await cloud.ok('DescribeUDisk', { UDiskId: disk })).DataSet).toMatchObject([{ SnapshotCount: 2 }]);
  expect(await cloud.call('CloneUDiskSnapshot', { Zone, SourceId: first, Name: 'early' })).toMatchObject({ RetCode: 58001 });
  expect(await cloud.call('DeleteUDiskSnapshot', { Zone, SnapshotId: first })).toMatchObject({ RetCode: 58001 });

  cloud.clock.advance(30_000);
  await cloud.ok('ResizeUDisk', { Zone, UDiskId: disk, Size: 50 });
  await cloud.ok('DeleteUDisk', { Zone, UDiskId: disk });
  expect((await cloud.ok('DescribeUDiskSnapshot', { SnapshotId: first, UDiskId: 'bsm-another' })).DataSet).toMatchObject([
    {
      SnapshotId: first,
      Name: 'first',
      UDiskId: disk,
      UDiskName: 'data',
      Size: 40,
      Status: 'Normal',
      DiskType: 4,
      IsUDiskAvailable: false,
    },
  ]);
  const clone = (await cloud.ok('CloneUDiskSnapshot', { Zone, SourceId: first, Name: 'clone' })).UDiskId[0];
  expect((await cloud.ok('DescribeUDisk', { UDiskId: clone })).DataSet).toMatchObject([
    { Name: 'clone', Size: 40, DiskType: 'RSSDDataDisk', Status: 'Available', SnapshotCount: 0 },
  ]);

  expect(await cloud.call('DeleteUDiskSnapshot', { Zone, SnapshotId: first, UDiskId: disk })).toMatchObject({ RetCode: 230 });
  expect(await cloud.call('DeleteUDiskSnapshot', { Zone })).toMatchObject({ RetCode: 220 });
  await cloud.ok('DeleteUDiskSnapshot', { Zone, UDiskId: disk });
  expect((await cloud.ok('DescribeUDiskSnapshot')).TotalCount).toBe(0);
  expect(await cloud.call('DeleteUDiskSnapshot', { Zone, SnapshotId: second })).toMatchObject({ RetCode: 54002 });
});

test('a snapshot of a boot disk names its host, and goes with nobody else', async () => {
  const cloud = await emulatedCloud({ timeScale: 1000 });
  const Zone = cloud.credentials.zone;
  const { ImageSet } = await cloud.ok('DescribeImage', { OsType: 'Linux' });
  const host = (
    await cloud.ok('CreateUHostInstance', {
      Zone,
      ImageId: ImageSet[0].ImageId,
      Password: Buffer.from('Example-12').toString('base64'),
      'Disks.0.IsBoot': 'true',
      'Disks.0.Type': 'CLOUD_SSD',
      'Disks.0.Size': 20,
    })
  ).UHostIds[0];
  const [boot] = (await cloud.ok('DescribeUDisk', { UHostId: host })).DataSet;
  await cloud.ok('CreateUDiskSnapshot', { Zone, UDiskId: boot.UDiskId, Name: 'boot' });
  expect((await cloud.ok('DescribeUDiskSnapshot', { Zone, UDiskId: boot.UDiskId })).DataSet).toMatchObject([
    { DiskType: 3, UHostId: host },
  ]);
  expect((await cloud.ok('DescribeUDiskSnapshot', { Region: 'cn-sh2' })).TotalCount).toBe(0);
});

test('only disks that are still being made of a snapshot hold it', async () => {
  const cloud = await dispatchedCloud({ limits: { real: true } });
  const normal = (): string => {
    const id = snapshot(cloud);
    const record = cloud.store.get('snapshot', id);
    if (!record) throw new Error('it was just made');
    cloud.store.transaction(cloud.clock.now(), () => cloud.store.put('snapshot', { ...record, status: 'Normal' }));
    return id;
  };
  const [one, other] = [normal(), normal()];
  const clone = cloud.ok('CloneUDiskSnapshot', { Zone: cloud.zone, Name: 'again', SourceId: one }).UDiskId[0];
  cloud.ok('DeleteUDiskSnapshot', { Zone: cloud.zone, SnapshotId: other });
  expect(cloud.call('DeleteUDiskSnapshot', { Zone: cloud.zone, SnapshotId: one })).toMatchObject({ RetCode: 58001 });
  const made = cloud.store.get('disk', clone);
  if (!made) throw new Error('it was just made');
  cloud.store.transaction(cloud.clock.now(), () => cloud.store.put('disk', { ...made, status: 'Available' }));
  cloud.ok('DeleteUDiskSnapshot', { Zone: cloud.zone, SnapshotId: one });
});
