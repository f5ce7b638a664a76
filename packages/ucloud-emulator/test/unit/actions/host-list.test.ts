import { expect, test } from 'vitest';
import { emulatedCloud } from '../../../../../test/helpers/emulated-cloud.js';

const PASSWORD = Buffer.from('Example-12').toString('base64');

test('a page that was asked for before says what became of its hosts since, disks and addresses among it', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const { zone } = cloud.credentials;
  const { ImageSet } = await cloud.ok('DescribeImage', { OsType: 'Linux' });
  const { UHostIds } = await cloud.ok('CreateUHostInstance', {
    Zone: zone,
    ImageId: ImageSet[0].ImageId,
    Password: PASSWORD,
    MaxCount: 12,
    'Disks.0.IsBoot': 'true',
    'Disks.0.Type': 'CLOUD_SSD',
    'Disks.0.Size': 20,
  });
  const hosts = async (params = {}) => (await cloud.ok('DescribeUHostInstance', params)).UHostSet;
  const states = async () => new Set((await hosts()).map(({ State }: { State: string }) => State));
  expect(await states()).toEqual(new Set(['Initializing']));
  cloud.clock.advance(60_000);
  expect(await states()).toEqual(new Set(['Running']));

  // More pages than are kept, and each of them twice.
  const offsets = Array.from({ length: 12 }, (_, offset) => offset);
  for (const Offset of [...offsets, ...offsets]) {
    const [host] = await hosts({ Limit: 1, Offset });
    expect(host.UHostId).toBe(UHostIds[Offset]);
  }
  await cloud.ok('ModifyUHostInstanceName', { UHostId: UHostIds[0], Name: 'renamed' });
  const { UDiskId } = await cloud.ok('CreateUDisk', { Zone: zone, Name: 'data', Size: 20, DiskType: 'SSDDataDisk' }).then((reply) => ({
    UDiskId: reply.UDiskId[0],
  }));
  await cloud.ok('AttachUDisk', { Zone: zone, UDiskId, UHostId: UHostIds[1] });
  const [first, second] = await hosts();
  expect([first.Name, second.DiskSet.length]).toEqual(['renamed', 2]);

  await cloud.ok('PoweroffUHostInstance', { UHostId: UHostIds[0] });
  cloud.clock.advance(10_000);
  await cloud.ok('TerminateUHostInstance', { UHostId: UHostIds[0] });
  const left = await cloud.ok('DescribeUHostInstance');
  expect([left.TotalCount, left.UHostSet[0].UHostId]).toEqual([11, UHostIds[1]]);
});
