import { expect, test } from 'vitest';
import { emulatedCloud, type EmulatedCloud } from '../../../../../test/helpers/emulated-cloud.js';

const LABEL = { 'Labels.0.Key': 'stage', 'Labels.0.Value': 'test' };

async function everyKind(cloud: EmulatedCloud): Promise<Record<string, string>> {
  const Zone = cloud.credentials.zone;
  const { VPCId } = await cloud.ok('CreateVPC', { Name: 'net', 'Network.0': '10.60.0.0/16' });
  const { SubnetId } = await cloud.ok('CreateSubnet', { VPCId, Subnet: '10.60.1.0', Netmask: 24, SubnetName: 'sub' });
  const { FWId } = await cloud.ok('CreateFirewall', { Name: 'fw', 'Rule.0': 'TCP|22|0.0.0.0/0|ACCEPT|HIGH' });
  const disk = (await cloud.ok('CreateUDisk', { Zone, Name: 'data', Size: 20 })).UDiskId[0];
  const snapshot = (await cloud.ok('CreateUDiskSnapshot', { Zone, UDiskId: disk, Name: 'snapshot' })).SnapshotId[0];
  const eip = (await cloud.ok('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 1 })).EIPSet[0].EIPId;
  const { GroupId } = await cloud.ok('CreateIsolationGroup', { GroupName: 'apart' });
  const vip = (await cloud.ok('AllocateVIP', { VPCId, SubnetId, Zone, Name: 'vip' })).VIPSet[0].VIPId;
  return { VPCId, SubnetId, FWId, disk, snapshot, eip, GroupId, vip };
}

test('a label goes on every kind of resource, and from it with the resource', async () => {
  const cloud = await emulatedCloud({ timeScale: 100_000 });
  const made = await everyKind(cloud);
  const ids = Object.values(made);
  const all = Object.fromEntries(ids.map((id, index) => [`ResourceIds.${index}`, id]));
  await cloud.ok('CreateLabels', LABEL);
  await cloud.ok('BindLabels', { ...LABEL, ...all });
  const carriers = async () => {
    const { Resources } = await cloud.ok('ListResourcesByLabels', { ...LABEL, Limit: 100 });
    return Resources.map(({ ResourceId }: { ResourceId: string }) => ResourceId);
  };
  expect(await carriers()).toEqual(ids);

  const Zone = cloud.credentials.zone;
  await new Promise((resolve) => setTimeout(resolve, 20));
  await cloud.ok('ReleaseVIP', { VIPId: made['vip']!, Zone });
  await cloud.ok('DeleteIsolationGroup', { GroupId: made['GroupId']! });
  await cloud.ok('ReleaseEIP', { EIPId: made['eip']! });
  await cloud.ok('DeleteUDiskSnapshot', { Zone, SnapshotId: made['snapshot']! });
  await cloud.ok('DeleteUDisk', { Zone, UDiskId: made['disk']! });
  await cloud.ok('DeleteFirewall', { FWId: made['FWId']! });
  expect(await carriers()).toEqual([made['VPCId'], made['SubnetId']]);
  expect(await cloud.call('DeleteLabels', LABEL)).toMatchObject({ RetCode: 58001 });
  await cloud.ok('DeleteSubnet', { SubnetId: made['SubnetId']! });
  await cloud.ok('DeleteVPC', { VPCId: made['VPCId']! });
  expect(await carriers()).toEqual([]);
  await cloud.ok('DeleteLabels', LABEL);
});

test('what is not there, is elsewhere, or takes none, gets none', async () => {
  const cloud = await emulatedCloud();
  await cloud.ok('CreateLabels', LABEL);
  const bind = (id: string) => cloud.call('BindLabels', { ...LABEL, 'ResourceIds.0': id });
  expect(await bind('uhost-0123456789')).toMatchObject({ RetCode: 8039 });
  expect(await bind('nonsense')).toMatchObject({ RetCode: 230 });
  const { VPCId } = await cloud.ok('CreateVPC', { Name: 'there', 'Network.0': '10.60.0.0/16', Region: 'cn-sh2' });
  expect(await bind(VPCId)).toMatchObject({ RetCode: 54002 });
  expect((await cloud.ok('ListLabels', { Category: 'custom' })).Labels).toEqual([{ Key: 'stage', Value: 'test', ResourceCount: 0 }]);
});

test('hosts are created with labels, new or there already, and take them away when they go', async () => {
  const cloud = await emulatedCloud({ timeScale: 100_000 });
  await cloud.ok('CreateLabels', LABEL);
  const { ImageSet } = await cloud.ok('DescribeImage', { OsType: 'Linux' });
  const { UHostIds } = await cloud.ok('CreateUHostInstance', {
    Zone: cloud.credentials.zone,
    ImageId: ImageSet[0].ImageId,
    Password: Buffer.from('Example-12').toString('base64'),
    MaxCount: 2,
    'Disks.0.IsBoot': 'true',
    'Disks.0.Type': 'CLOUD_SSD',
    'Disks.0.Size': 20,
    ...LABEL,
    'Labels.1.Key': 'owner',
    'Labels.1.Value': 'me',
  });
  const counts = async () => {
    const { Labels } = await cloud.ok('ListLabels', { Category: 'custom' });
    return Labels.map(({ Key, ResourceCount }: { Key: string; ResourceCount: number }) => [Key, ResourceCount]);
  };
  expect(await counts()).toEqual([
    ['stage', 2],
    ['owner', 2],
  ]);
  // A boot disk, whose id begins otherwise, takes labels as well, and goes with its host.
  const [boot] = (await cloud.ok('DescribeUDisk', { UHostId: UHostIds[0] })).DataSet;
  await cloud.ok('BindLabels', { ...LABEL, 'ResourceIds.0': boot.UDiskId });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await cloud.ok('PoweroffUHostInstance', { UHostId: UHostIds[0] });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await cloud.ok('TerminateUHostInstance', { UHostId: UHostIds[0] });
  expect(await counts()).toEqual([
    ['stage', 1],
    ['owner', 1],
  ]);
});
