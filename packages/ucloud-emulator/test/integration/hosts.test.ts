import { expect, test } from 'vitest';
import { emulatedCloud, type EmulatedCloud, type Params } from '../../../../test/helpers/emulated-cloud.js';

const PASSWORD = Buffer.from('Example-12').toString('base64');
const BOOT = { 'Disks.0.IsBoot': 'true', 'Disks.0.Type': 'CLOUD_SSD', 'Disks.0.Size': 20 };

async function imageWithCloudInit(cloud: EmulatedCloud): Promise<string> {
  const { ImageSet } = await cloud.ok('DescribeImage', { ImageType: 'Base', OsType: 'Linux', Zone: cloud.credentials.zone, Limit: 100 });
  return ImageSet.find(({ Features }: { Features: string[] }) => Features.includes('CloudInit')).ImageId;
}

async function hostParams(cloud: EmulatedCloud, more: Params = {}): Promise<Params> {
  return {
    Zone: cloud.credentials.zone,
    ImageId: await imageWithCloudInit(cloud),
    Password: PASSWORD,
    CPU: 1,
    Memory: 1024,
    ...BOOT,
    ...more,
  };
}

const frozen = () => emulatedCloud({ timeScale: 0 });

test('a host initialises, starts, runs, stops, and is gone, by the clock of the cloud', async () => {
  const cloud = await frozen();
  const { UHostIds } = await cloud.ok('CreateUHostInstance', await hostParams(cloud, { Name: 'one' }));
  const state = async () => (await cloud.ok('DescribeUHostInstance', { 'UHostIds.0': UHostIds[0] })).UHostSet[0]?.State;
  expect(await state()).toBe('Initializing');
  cloud.clock.advance(15_000);
  expect(await state()).toBe('Starting');
  cloud.clock.advance(5000);
  expect(await state()).toBe('Running');
  expect(await cloud.call('TerminateUHostInstance', { UHostId: UHostIds[0] })).toMatchObject({ RetCode: 8856 });
  expect(await cloud.call('ResizeUHostInstance', { UHostId: UHostIds[0], CPU: 2 })).toMatchObject({ RetCode: 8010 });
  await cloud.ok('StopUHostInstance', { UHostId: UHostIds[0] });
  expect(await state()).toBe('Stopping');
  cloud.clock.advance(8000);
  expect(await state()).toBe('Stopped');
  await cloud.ok('ResizeUHostInstance', { UHostId: UHostIds[0], CPU: 2, Memory: 4096 });
  await cloud.ok('ResetUHostInstancePassword', { UHostId: UHostIds[0], Password: PASSWORD });
  await cloud.ok('StartUHostInstance', { UHostId: UHostIds[0] });
  cloud.clock.advance(5000);
  await cloud.ok('RebootUHostInstance', { UHostId: UHostIds[0] });
  expect(await state()).toBe('Rebooting');
  cloud.clock.advance(10_000);
  await cloud.ok('PoweroffUHostInstance', { UHostId: UHostIds[0] });
  cloud.clock.advance(2000);
  await cloud.ok('ReinstallUHostInstance', { UHostId: UHostIds[0], Password: PASSWORD });
  expect(await state()).toBe('Initializing');
  cloud.clock.advance(25_000);
  expect((await cloud.ok('DescribeUHostInstance', {})).UHostSet).toMatchObject([
    { State: 'Running', CPU: 2, Memory: 4096, Name: 'one', BootDiskState: 'Normal' },
  ]);
  await cloud.ok('PoweroffUHostInstance', { UHostId: UHostIds[0] });
  cloud.clock.advance(2000);
  await cloud.ok('TerminateUHostInstance', { UHostId: UHostIds[0] });
  expect(await state()).toBeUndefined();
});

test('a subnet stays undeletable for ten minutes after its host is gone, though nothing is listed in it', async () => {
  const cloud = await frozen();
  const { VPCId } = await cloud.ok('CreateVPC', { Name: 'net', 'Network.0': '192.168.0.0/16' });
  const { SubnetId } = await cloud.ok('CreateSubnet', { VPCId, Subnet: '192.168.1.0', Netmask: 24, SubnetName: 'sub' });
  const { UHostIds, IPs } = await cloud.ok(
    'CreateUHostInstance',
    await hostParams(cloud, { VPCId, SubnetId, 'PrivateIp.0': '192.168.1.10' }),
  );
  expect(IPs).toEqual(['192.168.1.10']);
  const UHostId = UHostIds[0];
  expect((await cloud.ok('DescribeSubnetResource', { SubnetId })).DataSet).toMatchObject([
    { ResourceId: UHostId, ResourceType: 'UHOST', IP: '192.168.1.10' },
  ]);
  expect(await cloud.call('DeleteSubnet', { SubnetId })).toMatchObject({ RetCode: 4411 });
  cloud.clock.advance(60_000);
  await cloud.ok('PoweroffUHostInstance', { UHostId });
  cloud.clock.advance(2000);
  await cloud.ok('TerminateUHostInstance', { UHostId });
  expect(await cloud.ok('DescribeSubnetResource', { SubnetId })).toMatchObject({ TotalCount: 0, DataSet: [] });
  expect(await cloud.call('DeleteSubnet', { SubnetId })).toMatchObject({ RetCode: 4411 });
  expect((await cloud.call('DeleteVPC', { VPCId })).RetCode).toBeGreaterThan(0);
  // The address is not given to anybody else meanwhile.
  expect(
    await cloud.call('CreateUHostInstance', await hostParams(cloud, { VPCId, SubnetId, 'PrivateIp.0': '192.168.1.10' })),
  ).toMatchObject({ RetCode: 230 });
  cloud.clock.advance(599_000);
  expect(await cloud.call('DeleteSubnet', { SubnetId })).toMatchObject({ RetCode: 4411 });
  cloud.clock.advance(1000);
  await cloud.ok('DeleteSubnet', { SubnetId });
  expect(await cloud.ok('DescribeSubnet', { 'SubnetIds.0': SubnetId })).toMatchObject({ TotalCount: 0, DataSet: [] });
  await cloud.ok('DeleteVPC', { VPCId });
  expect(await cloud.ok('DescribeVPC', { 'VPCIds.0': VPCId })).toMatchObject({ DataSet: [] });
});

test('what is in use can not be deleted, and is free at once when its host is gone', async () => {
  const cloud = await frozen();
  const { FWId } = await cloud.ok('CreateFirewall', {
    Name: 'fw',
    'Rule.0': 'TCP|22|0.0.0.0/0|ACCEPT|HIGH',
    'Rule.1': 'ICMP||0.0.0.0/0|ACCEPT|HIGH',
  });
  const { GroupId } = await cloud.ok('CreateIsolationGroup', { GroupName: 'apart' });
  const eip = {
    'NetworkInterface.0.EIP.Bandwidth': 5,
    'NetworkInterface.0.EIP.OperatorName': 'Bgp',
    'NetworkInterface.0.EIP.PayMode': 'Traffic',
  };
  const data = { 'Disks.1.IsBoot': 'false', 'Disks.1.Type': 'CLOUD_SSD', 'Disks.1.Size': 40 };
  const { UHostIds } = await cloud.ok(
    'CreateUHostInstance',
    await hostParams(cloud, { SecurityGroupId: FWId, IsolationGroup: GroupId, ...eip, ...data, UserData: 'IyEvYmluL3No' }),
  );
  const UHostId = UHostIds[0];
  const [host] = (await cloud.ok('DescribeUHostInstance', { 'UHostIds.0': UHostId })).UHostSet;
  expect(host.IPSet.map(({ Type }: { Type: string }) => Type)).toEqual(['Private', 'Bgp']);
  expect(host.DiskSet).toMatchObject([
    { IsBoot: 'True', Size: 20, Drive: '/dev/vda' },
    { IsBoot: 'False', Size: 40, Drive: '/dev/vdb' },
  ]);
  const EIPId = host.IPSet[1].IPId;
  const diskId = host.DiskSet[1].DiskId;
  expect((await cloud.ok('DescribeFirewall', { ResourceId: UHostId, ResourceType: 'uhost' })).DataSet).toMatchObject([
    { FWId, ResourceCount: 1 },
  ]);
  expect(await cloud.call('DeleteFirewall', { FWId })).toMatchObject({ RetCode: 4361 });
  expect((await cloud.call('DeleteIsolationGroup', { GroupId })).RetCode).toBeGreaterThan(0);
  expect(await cloud.call('ReleaseEIP', { EIPId })).toMatchObject({ RetCode: 4212 });
  expect(await cloud.call('DeleteUDisk', { UDiskId: diskId, Zone: cloud.credentials.zone })).toMatchObject({ RetCode: 17026 });
  expect((await cloud.ok('DescribeEIP', { 'EIPIds.0': EIPId })).EIPSet).toMatchObject([
    { Status: 'used', Resource: { ResourceID: UHostId, ResourceId: UHostId, ResourceType: 'uhost' } },
  ]);
  cloud.clock.advance(60_000);
  await cloud.ok('PoweroffUHostInstance', { UHostId });
  cloud.clock.advance(2000);
  await cloud.ok('TerminateUHostInstance', { UHostId, ReleaseEIP: false, ReleaseUDisk: false });
  expect((await cloud.ok('DescribeEIP', { 'EIPIds.0': EIPId })).EIPSet).toMatchObject([{ Status: 'free' }]);
  expect((await cloud.ok('DescribeUDisk', { UDiskId: diskId })).DataSet).toMatchObject([{ Status: 'Available', UHostId: '', HostId: '' }]);
  expect((await cloud.ok('DescribeUDisk', {})).TotalCount).toBe(1);
  await cloud.ok('DeleteFirewall', { FWId });
  await cloud.ok('DeleteIsolationGroup', { GroupId });
  await cloud.ok('ReleaseEIP', { EIPId });
  await cloud.ok('DeleteUDisk', { UDiskId: diskId, Zone: cloud.credentials.zone });
});

test('ReleaseEIP and ReleaseUDisk take address and disk with the host', async () => {
  const cloud = await frozen();
  const eip = { 'NetworkInterface.0.EIP.Bandwidth': 5, 'NetworkInterface.0.EIP.OperatorName': 'Bgp' };
  const data = { 'Disks.1.IsBoot': 'false', 'Disks.1.Type': 'CLOUD_SSD', 'Disks.1.Size': 40 };
  const { UHostIds } = await cloud.ok('CreateUHostInstance', await hostParams(cloud, { ...eip, ...data }));
  cloud.clock.advance(60_000);
  await cloud.ok('PoweroffUHostInstance', { UHostId: UHostIds[0] });
  cloud.clock.advance(2000);
  await cloud.ok('TerminateUHostInstance', { UHostId: UHostIds[0], ReleaseEIP: true, ReleaseUDisk: true });
  expect(await cloud.ok('DescribeEIP')).toMatchObject({ TotalCount: 0 });
  expect(await cloud.ok('DescribeUDisk')).toMatchObject({ TotalCount: 0 });
});

test('disks attach and detach with the status that clients wait for, addresses bind and unbind', async () => {
  const cloud = await frozen();
  const { zone } = cloud.credentials;
  const { UHostIds } = await cloud.ok('CreateUHostInstance', await hostParams(cloud));
  const { UDiskId } = await cloud.ok('CreateUDisk', { Zone: zone, Size: 20, Name: 'data-disk', DiskType: 'SSDDataDisk' });
  const disk = { Zone: zone, UDiskId: UDiskId[0], HostId: UHostIds[0] };
  const shown = async () => (await cloud.ok('DescribeUDisk', { UDiskId: UDiskId[0] })).DataSet[0];
  cloud.clock.advance(60_000);
  expect(await cloud.ok('AttachUDisk', disk)).toMatchObject({ DeviceName: '/dev/vdb' });
  expect(await shown()).toMatchObject({ Status: 'Attaching', UHostId: UHostIds[0], HostId: UHostIds[0], DiskType: 'SSDDataDisk' });
  cloud.clock.advance(3000);
  expect(await shown()).toMatchObject({ Status: 'InUse', DeviceName: '/dev/vdb' });
  expect(await cloud.call('AttachUDisk', disk)).toMatchObject({ RetCode: 17057 });
  expect(await cloud.call('ResizeUDisk', { ...disk, Size: 30 })).toMatchObject({ RetCode: 17026 });
  await cloud.ok('DetachUDisk', disk);
  expect(await shown()).toMatchObject({ Status: 'Detaching' });
  cloud.clock.advance(3000);
  expect(await shown()).toMatchObject({ Status: 'Available', UHostId: '' });
  expect(await cloud.call('DetachUDisk', disk)).toMatchObject({ RetCode: 17060 });
  await cloud.ok('ResizeUDisk', { ...disk, Size: 30 });

  const { EIPSet } = await cloud.ok('AllocateEIP', {
    OperatorName: 'Bgp',
    Bandwidth: 2,
    PayMode: 'Traffic',
    ChargeType: 'Dynamic',
    Quantity: 1,
    Name: 'ip',
  });
  const binding = { EIPId: EIPSet[0].EIPId, ResourceType: 'uhost', ResourceId: UHostIds[0] };
  await cloud.ok('BindEIP', binding);
  expect(await cloud.call('BindEIP', binding)).toMatchObject({ RetCode: 4212 });
  const [host] = (await cloud.ok('DescribeUHostInstance')).UHostSet;
  expect(host.IPSet).toMatchObject([{ Type: 'Private' }, { Type: 'Bgp', IPId: binding.EIPId, IP: EIPSet[0].EIPAddr[0].IP }]);
  await cloud.ok('ModifyEIPBandwidth', { EIPId: binding.EIPId, Bandwidth: 10 });
  expect(await cloud.call('ModifyEIPBandwidth', { EIPId: binding.EIPId, Bandwidth: 301 })).toMatchObject({ RetCode: 230 });
  await cloud.ok('SetEIPPayMode', { EIPId: binding.EIPId, PayMode: 'Bandwidth', Bandwidth: 400 });
  await cloud.ok('UnBindEIP', binding);
  expect(await cloud.call('UnBindEIP', binding)).toMatchObject({ RetCode: 4211 });
  await cloud.ok('ReleaseEIP', binding);
});

test('an image is made of a host, copied to another region, and hosts run from it there', async () => {
  const cloud = await frozen();
  const { UHostIds } = await cloud.ok('CreateUHostInstance', await hostParams(cloud));
  expect(await cloud.call('CreateCustomImage', { UHostId: UHostIds[0], ImageName: 'mine' })).toMatchObject({ RetCode: 8010 });
  cloud.clock.advance(60_000);
  const { ImageId } = await cloud.ok('CreateCustomImage', { UHostId: UHostIds[0], ImageName: 'mine', ImageDescription: 'built' });
  const copy = { SourceImageId: ImageId, TargetProjectId: cloud.credentials.projectId, TargetRegion: 'cn-sh2', TargetImageName: 'copy' };
  expect((await cloud.ok('DescribeImage', { ImageId })).ImageSet).toMatchObject([
    { State: 'Making', ImageType: 'Custom', ImageName: 'mine', OsType: 'Linux' },
  ]);
  expect(await cloud.call('CopyCustomImage', copy)).toMatchObject({ RetCode: 8961 });
  cloud.clock.advance(90_000);
  expect(await cloud.call('CopyCustomImage', { ...copy, TargetRegion: 'cn-bj2' })).toMatchObject({ RetCode: 8962 });
  const { TargetImageId } = await cloud.ok('CopyCustomImage', copy);
  const there = async (action: string, params: Params) => cloud.ok(action, { ...params, Region: 'cn-sh2' });
  expect((await there('DescribeImage', { ImageId: TargetImageId })).ImageSet).toMatchObject([{ State: 'Copying', ImageName: 'copy' }]);
  expect((await cloud.ok('DescribeImage', { ImageId: TargetImageId })).ImageSet).toEqual([]);
  cloud.clock.advance(120_000);
  expect((await there('DescribeImage', { ImageId: TargetImageId })).ImageSet).toMatchObject([
    { State: 'Available', Features: expect.arrayContaining(['CloudInit']) },
  ]);
  const { UHostIds: copies } = await there('CreateUHostInstance', await hostParams(cloud, { Zone: 'cn-sh2-01', ImageId: TargetImageId }));
  const [host] = (await there('DescribeUHostInstance', { 'UHostIds.0': copies[0] })).UHostSet;
  expect(host.BasicImageId).toBe(await imageWithCloudInit(cloud));
  await there('TerminateCustomImage', { ImageId: TargetImageId });
});

test('peering is seen and ended from both sides; overlapping networks can not be joined', async () => {
  const cloud = await frozen();
  const vpc = async (network: string, Region = 'cn-bj2') =>
    (await cloud.ok('CreateVPC', { Name: 'v', 'Network.0': network, Region })).VPCId;
  const [a, b, c] = [await vpc('192.168.0.0/16'), await vpc('172.16.0.0/12', 'cn-sh2'), await vpc('192.168.1.0/24')];
  const project = { DstProjectId: cloud.credentials.projectId };
  expect((await cloud.call('CreateVPCIntercom', { VPCId: a, DstVPCId: c, ...project })).RetCode).toBeGreaterThan(0);
  await cloud.ok('CreateVPCIntercom', { VPCId: a, DstVPCId: b, DstRegion: 'cn-sh2', ...project });
  expect((await cloud.ok('DescribeVPCIntercom', { VPCId: a, DstRegion: 'cn-sh2', ...project })).DataSet).toMatchObject([
    { VPCId: b, DstRegion: 'cn-sh2', ProjectId: project.DstProjectId },
  ]);
  expect((await cloud.ok('DescribeVPCIntercom', { VPCId: b, Region: 'cn-sh2' })).DataSet).toMatchObject([
    { VPCId: a, DstRegion: 'cn-bj2' },
  ]);
  expect((await cloud.call('DeleteVPC', { VPCId: a })).RetCode).toBeGreaterThan(0);
  await cloud.ok('DeleteVPCIntercom', { VPCId: b, DstVPCId: a, DstRegion: 'cn-bj2', Region: 'cn-sh2' });
  expect((await cloud.ok('DescribeVPCIntercom', { VPCId: a })).DataSet).toEqual([]);
  expect(await cloud.call('DeleteVPCIntercom', { VPCId: a, DstVPCId: b })).toMatchObject({ RetCode: 58103 });
  await cloud.ok('DeleteVPC', { VPCId: a });
});

test('what UCloud would not build is refused', async () => {
  const cloud = await frozen();
  const refused = async (more: Params) => (await cloud.call('CreateUHostInstance', await hostParams(cloud, more))).RetCode;
  expect(await refused({ 'Disks.0.Size': 30, 'Disks.0.Type': 'LOCAL_SSD' })).toBe(8316);
  expect(await refused({ MachineType: 'O' })).toBe(230);
  expect(await refused({ 'Disks.0.IsBoot': 'false' })).toBe(230);
  expect(await refused({ Password: Buffer.from('short').toString('base64') })).toBe(230);
  const bytes = (count: number) => Buffer.alloc(count, 'x').toString('base64');
  expect(await refused({ UserData: bytes(16_385) })).toBe(230);
  expect(await refused({ UserData: '#!/bin/sh' })).toBe(230);
  expect(await refused({ MachineType: 'X' })).toBe(230);
  expect(await refused({ LoginMode: 'KeyPair' })).toBe(220);
  const address = { 'NetworkInterface.0.EIP.Bandwidth': 1, 'NetworkInterface.0.EIP.OperatorName': 'International' };
  expect(await refused(address)).toBe(230);
  expect(await refused({ ImageId: 'uimage-none' })).toBe(8846);
  expect(await refused({ SubnetId: 'subnet-none' })).toBe(54002);
  expect(await refused({ IsolationGroup: 'ig-none' })).toBe(8037);
  expect(await refused({ MachineType: 'O', 'Disks.0.Type': 'CLOUD_RSSD' })).toBe(0);
  // Nothing of what was refused is there.
  expect(await cloud.ok('DescribeUHostInstance')).toMatchObject({ TotalCount: 1 });
  expect(await cloud.ok('DescribeUDisk')).toMatchObject({ TotalCount: 1 });
});

test('every project and region has a default network, two firewalls and images, and sees no other', async () => {
  const accounts = [
    {
      name: 'one',
      projects: [
        { id: 'org-a', name: 'A' },
        { id: 'org-b', name: 'B' },
      ],
      keys: [{ publicKey: 'one', privateKey: 's1' }],
    },
    { name: 'two', projects: [{ id: 'org-c', name: 'C' }], keys: [{ publicKey: 'two', privateKey: 's2' }] },
    {
      name: 'three',
      projects: [{ id: 'org-d', name: 'D' }],
      keys: [{ publicKey: 'reader', privateKey: 's3', actions: ['Describe*'], regions: ['cn-bj2'] }],
    },
  ];
  const cloud = await emulatedCloud({ accounts });
  const two = { publicKey: 'two', privateKey: 's2' };
  const reader = { publicKey: 'reader', privateKey: 's3' };
  expect((await cloud.ok('GetProjectList')).ProjectSet.map(({ ProjectId }: { ProjectId: string }) => ProjectId)).toEqual([
    'org-a',
    'org-b',
  ]);
  expect((await cloud.ok('DescribeFirewall')).DataSet.map(({ Type }: { Type: string }) => Type)).toEqual([
    'recommend non web',
    'recommend web',
  ]);
  expect((await cloud.ok('DescribeVPC')).DataSet).toMatchObject([{ VPCType: 'DefaultVPC', SubnetCount: 1 }]);
  const { VPCId } = await cloud.ok('CreateVPC', { Name: 'mine', 'Network.0': '192.168.0.0/16' });
  for (const elsewhere of [{ ProjectId: 'org-b' }, { Region: 'cn-sh2' }]) {
    expect((await cloud.ok('DescribeVPC', { 'VPCIds.0': VPCId, ...elsewhere })).DataSet).toEqual([]);
    expect(await cloud.call('DeleteVPC', { VPCId, ...elsewhere })).toMatchObject({ RetCode: 54002 });
  }
  expect((await cloud.call('DescribeVPC', { 'VPCIds.0': VPCId, ProjectId: 'org-c' }, two)).DataSet).toEqual([]);
  expect(await cloud.call('DescribeVPC', { ProjectId: 'org-a' }, two)).toMatchObject({ RetCode: 292 });
  expect(await cloud.call('DescribeVPC', { ProjectId: 'org-d' }, reader)).toMatchObject({ RetCode: 0 });
  expect(await cloud.call('CreateVPC', { ProjectId: 'org-d' }, reader)).toMatchObject({ RetCode: 299 });
  expect(await cloud.call('DescribeVPC', { ProjectId: 'org-d', Region: 'cn-sh2' }, reader)).toMatchObject({ RetCode: 230 });
});

test('what is in another zone is not found there', async () => {
  const cloud = await frozen();
  const [Zone, elsewhere] = ['cn-bj2-02', 'cn-bj2-03'];
  const UDiskId = (await cloud.ok('CreateUDisk', { Zone, Size: 20, Name: 'data' })).UDiskId[0];
  expect(await cloud.call('RenameUDisk', { Zone: elsewhere, UDiskId, UDiskName: 'other' })).toMatchObject({ RetCode: 17041 });
  expect(await cloud.call('DeleteUDisk', { Zone: elsewhere, UDiskId })).toMatchObject({ RetCode: 17041 });
  const { UHostIds } = await cloud.ok('CreateUHostInstance', await hostParams(cloud, {}));
  expect(await cloud.call('StopUHostInstance', { Zone: elsewhere, UHostId: UHostIds[0] })).toMatchObject({ RetCode: 8039 });
  expect(await cloud.call('CreateUDisk', { Zone, Size: 8010, Name: 'data' })).toMatchObject({ RetCode: 230 });
  await cloud.ok('CreateUDisk', { Zone, Size: 8010, Name: 'data', DiskType: 'RSSDDataDisk' });
  await cloud.ok('DeleteUDisk', { Zone, UDiskId });
});

test('keys of a role work until they expire', async () => {
  const cloud = await frozen();
  const { Credentials } = await cloud.ok('AssumeRole', { RoleUrn: 'ucs:iam::1:role/x', RoleSessionName: 's', DurationSeconds: 900 });
  const keys = { publicKey: Credentials.AccessKeyId, privateKey: Credentials.AccessKeySecret };
  expect(await cloud.call('DescribeVPC', { SecurityToken: Credentials.SecurityToken }, keys)).toMatchObject({ RetCode: 0 });
  expect(await cloud.call('DescribeVPC', {}, keys)).toMatchObject({ RetCode: 172 });
  cloud.clock.advance(900_000);
  expect(await cloud.call('DescribeVPC', { SecurityToken: Credentials.SecurityToken }, keys)).toMatchObject({ RetCode: 174 });
});
