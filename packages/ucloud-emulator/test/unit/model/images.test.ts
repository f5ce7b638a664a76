import { expect, test } from 'vitest';
import type { Params } from '../../../../../test/helpers/emulated-cloud.js';
import { baseImage, hostParams, image, later } from '../../helpers/cloud-parts.js';
import { dispatchedCloud, type DispatchedCloud } from '../../helpers/dispatched-cloud.js';

const USER_DATA = Buffer.from('#cloud-config').toString('base64');
const create = (cloud: DispatchedCloud, more: Params) => cloud.call('CreateUHostInstance', { ...hostParams(cloud), ...more });
const shown = (cloud: DispatchedCloud, UHostId: string) => cloud.ok('DescribeUHostInstance', { 'UHostIds.0': UHostId }).UHostSet[0];

test('a host of a custom image names the base image at its root', async () => {
  const cloud = await dispatchedCloud();
  const ImageId = image(cloud);
  later(cloud);
  const [UHostId] = create(cloud, { ImageId, UserData: USER_DATA })['UHostIds'];
  expect(shown(cloud, UHostId)).toMatchObject({
    BasicImageId: baseImage(cloud),
    BasicImageName: 'Debian 12.0 64位',
    OsName: 'Debian 12.0 64位',
    CloudInitFeature: true,
  });
});

test('images of another region are not there', async () => {
  const cloud = await dispatchedCloud();
  const elsewhere = cloud.ok('DescribeImage', { Region: 'cn-sh2', ImageType: 'Base' }).ImageSet[0].ImageId;
  expect(create(cloud, { ImageId: elsewhere })).toMatchObject({ RetCode: 8846 });
});

test('user data is for images with cloud-init; a host without any takes the others as well', async () => {
  const cloud = await dispatchedCloud();
  const old = baseImage(cloud, 'CentOS 6.10');
  expect(create(cloud, { ImageId: old, UserData: USER_DATA }).RetCode).toBe(230);
  expect(create(cloud, { ImageId: old }).RetCode).toBe(0);
  const [UHostId] = create(cloud, { UserData: USER_DATA })['UHostIds'];
  expect(cloud.store.get('host', UHostId)).toMatchObject({ userData: USER_DATA });
});

test('images are in every zone, or in the one that is asked for', async () => {
  const cloud = await dispatchedCloud();
  const zones = (params: Params): Set<string> =>
    new Set(cloud.ok('DescribeImage', { ImageType: 'Base', ...params }).ImageSet.map((one: Record<string, string>) => one['Zone']));
  expect(zones({ Zone: 'cn-bj2-03' })).toEqual(new Set(['cn-bj2-03']));
  expect([...zones({})]).toHaveLength(1);
});

test('a host that logs in by key has it, and one that does not says so', async () => {
  const cloud = await dispatchedCloud();
  const { KeyPairId } = cloud.ok('CreateUHostKeyPair', { KeyPairName: 'mine' }).KeyPair;
  const keyOf = (more: Params) => shown(cloud, create(cloud, more)['UHostIds'][0]).KeyPair;
  expect(keyOf({ LoginMode: 'KeyPair', KeyPairId })).toEqual({ KeyPairId, KeyPairState: 'Normal' });
  expect(keyOf({ KeyPairId })).toEqual({ KeyPairId: '', KeyPairState: '' });
  expect(create(cloud, { LoginMode: 'KeyPair', KeyPairId: 'ukp-gone' })).toMatchObject({ RetCode: 8039 });
  // A password is not looked at where none is used.
  expect(create(cloud, { LoginMode: 'ImagePasswd', Password: 'x' })).toMatchObject({ RetCode: 0 });
});

test.each([
  ['Intel/Auto', 'Intel/Cascadelake'],
  ['Amd/Auto', 'Amd/Epyc2'],
  ['Amd/Epyc3', 'Amd/Epyc3'],
])('a host that may run on %s runs on %s', async (MinimalCpuPlatform, platform) => {
  const cloud = await dispatchedCloud();
  expect(shown(cloud, create(cloud, { MinimalCpuPlatform })['UHostIds'][0]).CpuPlatform).toBe(platform);
});

test('hardware addresses differ', async () => {
  const cloud = await dispatchedCloud();
  const macs = create(cloud, { MaxCount: 20 })['UHostIds'].map((id: string) => shown(cloud, id).IPSet[0].Mac);
  expect(new Set(macs).size).toBe(20);
  for (const mac of macs) expect(mac).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
});
