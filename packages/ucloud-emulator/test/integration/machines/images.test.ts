import { expect, test } from 'vitest';
import type { EmulatedCloud } from '../../../../../test/helpers/emulated-cloud.js';
import {
  canRunMachines,
  containerOf,
  createHosts,
  encoded,
  hostsIn,
  instanceOf,
  machinesCloud,
  nothingLeft,
  removeContainer,
  ssh,
  terminate,
} from '../../../../../test/helpers/machines-cloud.js';

const can = await canRunMachines();
const WAIT = 'cloud-init status --wait > /dev/null';

async function imageOf(cloud: EmulatedCloud, host: string): Promise<string> {
  const { ImageId } = await cloud.ok('CreateCustomImage', { UHostId: host, ImageName: 'ours' });
  await expect.poll(() => stateOf(cloud, ImageId), { timeout: 60_000 }).not.toBe('Making');
  return ImageId;
}

async function stateOf(cloud: EmulatedCloud, image: string, Region?: string): Promise<string> {
  const { ImageSet } = await cloud.ok('DescribeImage', { ImageId: image, ...(Region ? { Region } : {}) });
  return ImageSet[0]?.State;
}

test.skipIf(!can)('hosts of an image have what was on the disk, and keys, an id, a password and user data of their own', async () => {
  const cloud = await machinesCloud();
  const UserData = (word: string): string => encoded(`#!/bin/sh\necho ${word} >> /root/user-data\n`);
  const [first = ''] = await createHosts(cloud, { Name: 'first', UserData: UserData('first') });
  const [host] = await hostsIn(cloud, 'Running', [first]);
  const facts = 'cat /etc/ssh/ssh_host_ed25519_key.pub /etc/machine-id; hostname';
  const before = (await ssh(host?.eip ?? '', `${WAIT}; echo made > /etc/ours; ${facts}`)).split('\n');
  await cloud.ok('StopUHostInstance', { UHostId: first });
  await hostsIn(cloud, 'Stopped', [first]);
  const ImageId = await imageOf(cloud, first);
  expect(await stateOf(cloud, ImageId)).toBe('Available');

  const [second = ''] = await createHosts(cloud, {
    Name: 'second',
    ImageId,
    Password: encoded('Another-12'),
    UserData: UserData('second'),
  });
  const [copy] = await hostsIn(cloud, 'Running', [second]);
  const login = { password: 'Another-12' };
  expect(await ssh(copy?.eip ?? '', `${WAIT}; cat /etc/ours /root/user-data`, login)).toBe('made\nfirst\nsecond\n');
  const after = (await ssh(copy?.eip ?? '', facts, login)).split('\n');
  expect(after[2]).toBe('second');
  expect(after.filter((line, index) => line === before[index] && line !== '')).toEqual([]);

  // One with the password that is in the image.
  const [third = ''] = await createHosts(cloud, { ImageId, LoginMode: 'ImagePasswd' });
  const [kept] = await hostsIn(cloud, 'Running', [third]);
  expect(await ssh(kept?.eip ?? '', 'cat /etc/ours')).toBe('made\n');

  // Deleted while hosts are made of it: the engine lets go of it with the last of them.
  const instance = await instanceOf(cloud);
  await cloud.ok('TerminateCustomImage', { ImageId });
  await cloud.ok('TerminateUHostInstance', { UHostId: first, ReleaseEIP: true });
  await terminate(cloud, [second, third]);
  await nothingLeft(instance);
});

test.skipIf(!can)('a copy of an image works in the other region, also when the first is deleted', async () => {
  const cloud = await machinesCloud();
  const hosts = await createHosts(cloud);
  await hostsIn(cloud, 'Running', hosts);
  const ImageId = await imageOf(cloud, hosts[0] ?? '');
  const { projectId } = cloud.credentials;
  const { TargetImageId } = await cloud.ok('CopyCustomImage', {
    SourceImageId: ImageId,
    TargetProjectId: projectId,
    TargetRegion: 'cn-sh2',
  });
  await expect.poll(() => stateOf(cloud, TargetImageId, 'cn-sh2'), { timeout: 20_000 }).toBe('Available');
  const instance = await instanceOf(cloud);
  await cloud.ok('TerminateCustomImage', { ImageId });
  await terminate(cloud, hosts);
  const { UHostIds } = await cloud.ok('CreateUHostInstance', {
    Region: 'cn-sh2',
    Zone: 'cn-sh2-01',
    ImageId: TargetImageId,
    Password: encoded('Example-12'),
    'Disks.0.IsBoot': 'true',
    'Disks.0.Type': 'CLOUD_SSD',
    'Disks.0.Size': 20,
  });
  const there = async (): Promise<string> =>
    (await cloud.ok('DescribeUHostInstance', { Region: 'cn-sh2', 'UHostIds.0': UHostIds[0] })).UHostSet[0].State;
  await expect.poll(there, { timeout: 30_000 }).toBe('Running');
  await cloud.ok('PoweroffUHostInstance', { Region: 'cn-sh2', UHostId: UHostIds[0] });
  await expect.poll(there, { timeout: 30_000 }).toBe('Stopped');
  await cloud.ok('TerminateUHostInstance', { Region: 'cn-sh2', UHostId: UHostIds[0] });
  await cloud.ok('TerminateCustomImage', { Region: 'cn-sh2', ImageId: TargetImageId });
  await nothingLeft(instance);
});

test.skipIf(!can)('a host can be terminated at once: its image is made all the same', async () => {
  const cloud = await machinesCloud();
  const hosts = await createHosts(cloud);
  await hostsIn(cloud, 'Running', hosts);
  await cloud.ok('PoweroffUHostInstance', { UHostId: hosts[0] ?? '' });
  await hostsIn(cloud, 'Stopped', hosts);
  const { ImageId } = await cloud.ok('CreateCustomImage', { UHostId: hosts[0] ?? '', ImageName: 'ours' });
  await cloud.ok('TerminateUHostInstance', { UHostId: hosts[0] ?? '' });
  await expect.poll(() => stateOf(cloud, ImageId), { timeout: 60_000 }).toBe('Available');
});

test.skipIf(!can)('an image that can not be made is Unavailable, and the reason can be read', async () => {
  const cloud = await machinesCloud();
  const hosts = await createHosts(cloud);
  await hostsIn(cloud, 'Running', hosts);
  await removeContainer(await containerOf(cloud, hosts[0] ?? ''));
  await hostsIn(cloud, 'Stopped', hosts);
  const ImageId = await imageOf(cloud, hosts[0] ?? '');
  expect(await stateOf(cloud, ImageId)).toBe('Unavailable');
  expect((await cloud.control('GET', '/machines')).body.problems[ImageId]).toContain('No such container');
});

test.skipIf(!can)('systems that can not run in a container are refused with the reason', async () => {
  const cloud = await machinesCloud();
  const { ImageSet } = await cloud.ok('DescribeImage', { Limit: 100 });
  const windows = ImageSet.find(({ OsType }: { OsType: string }) => OsType === 'Windows');
  const refused = await cloud.call('CreateUHostInstance', {
    Zone: cloud.credentials.zone,
    ImageId: windows.ImageId,
    Password: encoded('Example-12'),
    'Disks.0.IsBoot': 'true',
    'Disks.0.Type': 'CLOUD_SSD',
    'Disks.0.Size': 40,
  });
  expect(refused).toMatchObject({ RetCode: 8961, Message: expect.stringContaining('nothing here can stand for Windows 2022') });
});
