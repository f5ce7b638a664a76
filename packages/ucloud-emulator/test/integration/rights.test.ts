import { expect, test } from 'vitest';
import { actions } from '../../src/actions/index.js';
import type { Account } from '../../src/scope/accounts.js';
import type { Param, ParamTable } from '../../src/params/param.js';
import { emulatedCloud, type EmulatedCloud, type Params } from '../../../../test/helpers/emulated-cloud.js';

const owner = { publicKey: 'owner', privateKey: 's1' };
const reader = { publicKey: 'reader', privateKey: 's2' };
const tenant = { publicKey: 'tenant', privateKey: 's3' };
const stranger = { publicKey: 'stranger', privateKey: 's4' };
const accounts: readonly Account[] = [
  {
    name: 'one',
    projects: [
      { id: 'org-a', name: 'A' },
      { id: 'org-b', name: 'B' },
    ],
    keys: [owner, { ...reader, actions: ['Describe*', 'AssumeRole'] }, { ...tenant, projects: ['org-b'], regions: ['cn-bj2'] }],
  },
  { name: 'two', projects: [{ id: 'org-c', name: 'C' }], keys: [stranger] },
];

const vpc = (second: number): Params => ({ Name: `net-${second}`, 'Network.0': `10.${second}.0.0/16` });

test('keys with rights to one project see no other, whichever parameter names it', async () => {
  const cloud = await emulatedCloud({ accounts, timeScale: 0 });
  const { VPCId: there } = await cloud.ok('CreateVPC', vpc(1));
  const { VPCId: here } = await cloud.ok('CreateVPC', { ...vpc(2), ProjectId: 'org-b' });
  const { VPCId: far } = await cloud.ok('CreateVPC', { ...vpc(3), ProjectId: 'org-b', Region: 'cn-sh2' });
  const asTenant = (action: string, params: Params) => cloud.call(action, { ProjectId: 'org-b', ...params }, tenant);
  expect((await asTenant('GetProjectList', {})).ProjectSet).toMatchObject([{ ProjectId: 'org-b', IsDefault: true }]);
  expect(await asTenant('CreateVPCIntercom', { VPCId: here, DstVPCId: there, DstProjectId: 'org-a' })).toMatchObject({ RetCode: 299 });
  expect(await asTenant('CreateVPCIntercom', { VPCId: here, DstVPCId: far, DstRegion: 'cn-sh2' })).toMatchObject({ RetCode: 230 });
  const ImageId = await imageOf(cloud, { ProjectId: 'org-b' });
  const copy = { SourceImageId: ImageId, TargetProjectId: 'org-a', TargetRegion: 'cn-bj2' };
  expect(await asTenant('CopyCustomImage', copy)).toMatchObject({ RetCode: 299 });
  expect(await asTenant('CopyCustomImage', { ...copy, TargetProjectId: 'org-b', TargetRegion: 'hk' })).toMatchObject({ RetCode: 230 });
  // The owner of both may.
  await cloud.ok('CreateVPCIntercom', { VPCId: here, DstVPCId: there, DstProjectId: 'org-a', ProjectId: 'org-b' });
  await cloud.ok('CopyCustomImage', { ...copy, ProjectId: 'org-b' });
});

test('keys of a role may no more than the keys that asked for them', async () => {
  const cloud = await emulatedCloud({ accounts });
  const { Credentials } = await cloud.call('AssumeRole', { RoleUrn: 'ucs:iam::1:role/x', RoleSessionName: 's' }, reader);
  const role = { publicKey: Credentials.AccessKeyId, privateKey: Credentials.AccessKeySecret };
  const asRole = (action: string, params: Params = {}) => cloud.call(action, { ...params, SecurityToken: Credentials.SecurityToken }, role);
  expect(await asRole('DescribeVPC')).toMatchObject({ RetCode: 0 });
  expect(await asRole('CreateVPC', vpc(1))).toMatchObject({ RetCode: 299, Message: 'No permission for action [CreateVPC]' });
});

test("no action sees or changes what is somebody else's", { timeout: 60_000 }, async () => {
  const cloud = await emulatedCloud({ accounts, timeScale: 100_000 });
  const ids = await oneOfEach(cloud);
  await cloud.call('DescribeVPC', { ProjectId: 'org-c' }, stranger);
  const before = await recordsOf(cloud, 'org-a');
  expect(before.length).toBeGreaterThan(ids.length);
  // The one that ends the stranger's own project comes last: what follows would be refused for that.
  const inOrder = [...actions].sort((a, b) => Number(a.name === 'TerminateProject') - Number(b.name === 'TerminateProject'));
  for (const { name, params } of inOrder) {
    if (name === 'TerminateProject')
      expect(await cloud.call('DescribeVPC', { ProjectId: 'org-c' }, stranger)).toMatchObject({ RetCode: 0 });
    const ask = async (id: string): Promise<void> => {
      const request = requestWith(params, id);
      const answer = await cloud.call(name, { ...request, ProjectId: 'org-c' }, stranger);
      expect([130, 150], name).not.toContain(answer.RetCode);
      const shown = JSON.stringify(answer).replaceAll(id, '');
      expect(
        ids.filter((other) => shown.includes(other)),
        `${name} of ${id}`,
      ).toEqual([]);
    };
    await Promise.all(ids.map(ask));
  }
  // Alone it is not held back by an id that is asked for beside it.
  for (const HostId of ids)
    expect((await cloud.call('DescribeUDisk', { HostId, ProjectId: 'org-c' }, stranger)).DataSet, HostId).toEqual([]);
  expect(await recordsOf(cloud, 'org-a')).toEqual(before);
});

async function imageOf(cloud: EmulatedCloud, place: Params): Promise<string> {
  const host = await hostIn(cloud, place);
  cloud.clock.advance(3_600_000);
  const { ImageId } = await cloud.ok('CreateCustomImage', { ...place, UHostId: host, ImageName: 'mine' });
  cloud.clock.advance(3_600_000);
  return ImageId;
}

async function hostIn(cloud: EmulatedCloud, more: Params): Promise<string> {
  const ImageId = (await cloud.ok('DescribeImage', { OsType: 'Linux' })).ImageSet[0].ImageId;
  const boot = { 'Disks.0.IsBoot': 'true', 'Disks.0.Type': 'CLOUD_SSD', 'Disks.0.Size': 20 };
  const Password = Buffer.from('Example-12').toString('base64');
  return (await cloud.ok('CreateUHostInstance', { Zone: 'cn-bj2-02', ImageId, Password, ...boot, ...more })).UHostIds[0];
}

/** Something of every kind, and how it hangs together. */
async function oneOfEach(cloud: EmulatedCloud): Promise<readonly string[]> {
  const Zone = 'cn-bj2-02';
  const { VPCId } = await cloud.ok('CreateVPC', vpc(60));
  const { VPCId: peer } = await cloud.ok('CreateVPC', vpc(61));
  await cloud.ok('CreateVPCIntercom', { VPCId, DstVPCId: peer });
  const { SubnetId } = await cloud.ok('CreateSubnet', { VPCId, Subnet: '10.60.1.0', Netmask: 24, SubnetName: 'sub' });
  const { FWId } = await cloud.ok('CreateFirewall', { Name: 'fw', 'Rule.0': 'TCP|22|0.0.0.0/0|ACCEPT|HIGH' });
  const { GroupId } = await cloud.ok('CreateIsolationGroup', { GroupName: 'apart' });
  const host = await hostIn(cloud, { VPCId, SubnetId, SecurityGroupId: FWId, IsolationGroup: GroupId });
  const disk = (await cloud.ok('CreateUDisk', { Zone, Name: 'data', Size: 20 })).UDiskId[0];
  const snapshot = (await cloud.ok('CreateUDiskSnapshot', { Zone, UDiskId: disk, Name: 'snapshot' })).SnapshotId[0];
  const eips = await cloud.ok('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 1, Count: 2 });
  const [eip, outer] = eips.EIPSet.map(({ EIPId }: { EIPId: string }) => EIPId);
  await cloud.ok('BindEIP', { EIPId: eip, ResourceType: 'uhost', ResourceId: host });
  const { ShareBandwidthId } = await cloud.ok('AllocateShareBandwidth', { Name: 'share', ShareBandwidth: 20 });
  const { ULBId } = await cloud.ok('CreateULB', { ULBName: 'lb', OuterMode: 'Yes', VPCId, SubnetId });
  const listener = { ULBId, Protocol: 'HTTP', FrontendPort: 80, ListenType: 'RequestProxy' };
  const { VServerId } = await cloud.ok('CreateVServer', listener);
  const { BackendId } = await cloud.ok('AllocateBackend', { ULBId, VServerId, ResourceType: 'UHost', ResourceId: host, Port: 80 });
  const { SSLId } = await cloud.ok('CreateSSL', { SSLName: 'cert', SSLContent: 'PEM' });
  const gateway = { NATGWName: 'out', FirewallId: FWId, VPCId, 'SubnetworkIds.0': SubnetId, 'EIPIds.0': outer };
  const { NATGWId } = await cloud.ok('CreateNATGW', gateway);
  const { RouteTableId } = await cloud.ok('CreateRouteTable', { VPCId, Name: 'routes' });
  const vip = (await cloud.ok('AllocateVIP', { VPCId, SubnetId, Zone, Name: 'vip' })).VIPSet[0].VIPId;
  const { KeyPair } = await cloud.ok('CreateUHostKeyPair', { KeyPairName: 'pair' });
  const card = (await cloud.ok('CreateNetworkInterface', { VPCId, SubnetId })).NetworkInterface.InterfaceId;
  const tls = { SecurityPolicyName: 'tls', TLSVersion: 'TLSv1.0', 'SSLCiphers.0': 'AES128-SHA' };
  const { SecurityPolicyId } = await cloud.ok('CreateSecurityPolicy', tls);
  const { BandwidthPackageId } = await cloud.ok('CreateBandwidthPackage', { EIPId: eip, Bandwidth: 1, TimeRange: 8000 });
  const network = [card, BandwidthPackageId, VPCId, peer, SubnetId, FWId, NATGWId, RouteTableId, vip, eip, outer, ShareBandwidthId];
  return [...network, host, GroupId, disk, snapshot, KeyPair.KeyPairId, ULBId, VServerId, BackendId, SSLId, SecurityPolicyId];
}

/** The example of every parameter, with this id wherever one is asked for. */
function requestWith(table: ParamTable, id: string, prefix = ''): Record<string, string> {
  const parts = Object.entries(table).map(([key, outer]) => {
    const param: Param<unknown> = outer.item ?? outer;
    const name = `${prefix}${key}${outer.item ? '.0' : ''}`;
    if (param.fields) return requestWith(param.fields, id, `${name}.`);
    return { [name]: /(Ids?|IsolationGroup)$/.test(key) && key !== 'TargetProjectId' ? id : param.example };
  });
  return Object.assign({}, ...parts) as Record<string, string>;
}

async function recordsOf(cloud: EmulatedCloud, project: string): Promise<readonly unknown[]> {
  const kinds = Object.keys((await cloud.control('GET', '/resources')).body.resources);
  const lists = await Promise.all(kinds.map(async (kind) => (await cloud.control('GET', `/resources/${kind}`)).body.resources));
  return lists.flat().filter((record) => record.project === project);
}
