import { expect, test } from 'vitest';
import { absentActions } from '../../../src/actions/absent-actions.js';
import { findAction } from '../../../src/actions/index.js';
import {
  attachedDisk,
  balancer,
  boundEip,
  disk,
  eip,
  first,
  firewall,
  host,
  later,
  listener,
  natGateway,
  stoppedHost,
} from '../../helpers/cloud-parts.js';
import { dispatchedCloud, type DispatchedCloud } from '../../helpers/dispatched-cloud.js';

const diskOf = (cloud: DispatchedCloud, UDiskId: string) => cloud.ok('DescribeUDisk', { UDiskId }).DataSet[0];

test('what is not emulated says so, and is not emulated', async () => {
  const cloud = await dispatchedCloud();
  for (const name of absentActions) {
    expect(findAction(name), name).toBeUndefined();
    expect(cloud.call(name), name).toMatchObject({
      RetCode: 161,
      Message: expect.stringMatching(`^Action \\[${name}\\] is not emulated: \\w`),
    });
  }
});

test('a disk is cloned in a while, at least as large, and into a host where one is named', async () => {
  const cloud = await dispatchedCloud();
  const HostId = host(cloud);
  const source = disk(cloud, { Size: 40, DiskType: 'SSDDataDisk' });
  const asked = { Zone: cloud.zone, SourceId: source, Name: 'twin', ChargeType: 'Dynamic' };
  const [twin] = cloud.ok('CloneUDisk', { ...asked, Size: 20, Comment: 'why' }).UDiskId;
  expect(diskOf(cloud, twin)).toMatchObject({ Size: 40, DiskType: 'SSDDataDisk', Status: 'Cloning', Name: 'twin' });
  expect(cloud.call('AttachUDisk', { Zone: cloud.zone, UDiskId: twin, HostId }).RetCode).toBe(58001);
  later(cloud);
  expect(diskOf(cloud, twin)).toMatchObject({ Status: 'Available', UHostId: '' });
  const [inside] = cloud.ok('CloneUDisk', { ...asked, Size: 60, HostId }).UDiskId;
  later(cloud);
  expect(diskOf(cloud, inside)).toMatchObject({ Status: 'InUse', Size: 60, UHostId: HostId, DeviceName: '/dev/vdb' });
  expect(cloud.call('CloneUDisk', { ...asked, SourceId: 'bsm-gone' }).RetCode).toBe(17041);
});

test('a disk is made and attached at once, and detached and deleted at once', async () => {
  const cloud = await dispatchedCloud();
  const HostId = host(cloud);
  const made = cloud.ok('CreateAttachUDisk', { Zone: cloud.zone, Size: 20, Name: 'data', HostId });
  expect(made).toMatchObject({ HostId, UHostId: HostId, DeviceName: '/dev/vdb' });
  expect(diskOf(cloud, made['UDiskId']).Status).toBe('Attaching');
  later(cloud);
  expect(cloud.call('DetachDeleteUDisk', { Zone: cloud.zone, UDiskId: made['UDiskId'], HostId: 'uhost-other' }).RetCode).toBe(17060);
  cloud.ok('DetachDeleteUDisk', { Zone: cloud.zone, UDiskId: made['UDiskId'], HostId });
  expect(cloud.ok('DescribeUDisk', { UDiskId: made['UDiskId'] }).TotalCount).toBe(0);
  expect(cloud.call('CreateAttachUDisk', { Zone: cloud.zone, Size: 20, Name: 'data' }).RetCode).toBe(220);
  // Nothing of what was refused is there.
  expect(cloud.call('CreateAttachUDisk', { Zone: cloud.zone, Size: 20, Name: 'lost', HostId: 'uhost-gone' }).RetCode).toBe(8039);
  expect(cloud.ok('DescribeUDisk', {}).DataSet.map(({ Name }: { Name: string }) => Name)).not.toContain('lost');
});

test('prices of changes are differences, up and down', async () => {
  const cloud = await dispatchedCloud();
  const UHostId = host(cloud, { CPU: 2, Memory: 4096, ChargeType: 'Month' });
  const price = (more: object) => cloud.ok('GetUHostUpgradePrice', { UHostId, ...more }).Price;
  expect([price({ CPU: 4 }), price({ CPU: 1 }), price({})]).toEqual([70, -35, 0]);
  const renew = cloud.ok('GetUHostRenewPrice', { UHostId, ChargeType: 'Month' }).PriceSet[0].Price;
  expect(renew).toBe(2 * 35 + 4 * 16 + 20 * 0.9);
  const refunds = cloud.ok('GetUHostRefundPrice', { 'UHostIds.0': UHostId, 'UHostIds.1': 'uhost-gone' }).RefundPriceSet;
  expect(refunds).toMatchObject([{ Code: 0 }, { Code: 8039, RefundPrice: 0 }]);
  expect(refunds[0].RefundPrice).toBeGreaterThan(0.9 * renew);
  expect(refunds[0].RefundPrice).toBeLessThan(renew);
  const SourceId = disk(cloud, { Size: 20, ChargeType: 'Month' });
  expect(cloud.ok('DescribeUDiskUpgradePrice', { Zone: cloud.zone, SourceId, Size: 30 }).Price).toBe(300);
  expect(cloud.call('DescribeUDiskUpgradePrice', { Zone: cloud.zone, SourceId, Size: 10 }).RetCode).toBe(230);
  const EIPId = eip(cloud, { Bandwidth: 5, ChargeType: 'Month' });
  expect(cloud.ok('GetEIPUpgradePrice', { EIPId, Bandwidth: 2 }).Price).toBe(-60);
  const DiskId = attachedDisk(cloud, UHostId);
  expect(cloud.ok('GetAttachedDiskUpgradePrice', { UHostId, DiskId, DiskSpace: 120 })).toMatchObject({
    Price: 30,
    PriceDetail: { UDisk: 30 },
  });
});

test('addresses tell how they are charged, and have more bandwidth for a while', async () => {
  const cloud = await dispatchedCloud();
  const [one, other] = [eip(cloud), eip(cloud, { PayMode: 'Traffic' })];
  expect(cloud.ok('GetEIPPayMode', { 'EIPId.0': one, 'EIPId.1': other }).EIPPayMode).toEqual([
    { EIPId: one, EIPPayMode: 'Bandwidth' },
    { EIPId: other, EIPPayMode: 'Traffic' },
  ]);
  expect(cloud.call('GetEIPPayMode', { 'EIPId.0': 'eip-gone' }).RetCode).toBe(4210);
  const { BandwidthPackageId } = cloud.ok('CreateBandwidthPackage', { EIPId: one, Bandwidth: 20, TimeRange: 2 });
  const packages = () => cloud.ok('DescribeBandwidthPackage').DataSets;
  expect(packages()).toMatchObject([{ BandwidthPackageId, EIPId: one, Bandwidth: 20 }]);
  expect(packages()[0].DisableTime - packages()[0].EnableTime).toBe(7200);
  cloud.clock.advance(7_200_001);
  expect(packages()).toEqual([]);
  cloud.ok('CreateBandwidthPackage', { EIPId: one, Bandwidth: 20, TimeRange: 2 });
  cloud.ok('ReleaseEIP', { EIPId: one });
  expect(packages()).toEqual([]);
  expect(cloud.ok('DescribeBandwidthUsage', {}).EIPSet).toEqual([{ EIPId: other, CurBandwidth: 0 }]);
});

test('backends come in numbers, all or none, and are changed one by one', async () => {
  const cloud = await dispatchedCloud();
  const at = listener(cloud);
  const [one, other] = [host(cloud, { Name: 'one' }), host(cloud)];
  const backends = (): Record<string, unknown>[] => cloud.ok('DescribeVServer', at).DataSet[0].BackendSet;
  const lines = [`${one}|UHost|80|1|10.9.0.3|0`, `${other}|UHost|81|0||1|7`];
  expect(cloud.call('AllocateBackendBatch', { ...at, 'Backends.0': lines[0]!, 'Backends.1': 'uhost-gone|UHost|80' }).RetCode).toBe(8039);
  expect(cloud.call('AllocateBackendBatch', { ...at, 'Backends.0': `${one}|UHost|0` })).toMatchObject({
    RetCode: 230,
    Message: expect.stringContaining('[Backends.0.Port]'),
  });
  expect(backends()).toEqual([]);
  const added = cloud.ok('AllocateBackendBatch', { ...at, 'Backends.0': lines[0]!, 'Backends.1': lines[1]!, ApiVersion: 3 }).BackendSet;
  expect(added.map(({ ResourceId }: { ResourceId: string }) => ResourceId)).toEqual([one, other]);
  expect(backends()).toMatchObject([
    { ResourceName: 'one', Port: 80, Enabled: 1, IsBackup: 0, Weight: 1, SubResourceType: 'uni' },
    { Port: 81, Enabled: 0, IsBackup: 1, Weight: 7 },
  ]);
  const BackendId = added[0].BackendId;
  const changes = { 'Attributes.0.BackendId': BackendId, 'Attributes.0.Weight': 9, 'Attributes.1.BackendId': 'backend-gone' };
  expect(cloud.ok('UpdateBackendBatch', { ULBId: at.ULBId, ...changes }).BackendSet).toMatchObject([
    { BackendId, SubRetCode: 0 },
    { SubRetCode: 4093, SubMessage: expect.stringContaining('backend-gone') },
  ]);
  expect(backends()[0]).toMatchObject({ Weight: 9 });
  cloud.ok('PoweroffUHostInstance', { UHostId: one });
  later(cloud);
  expect(cloud.ok('DescribeVServer', at).DataSet[0].Status).toBe(2);
  expect(cloud.ok('DescribeULBSimple', { ULBId: at.ULBId }).DataSet[0]).toMatchObject({ VServerCount: 1, WAFMode: 'NoWAF' });
  expect(cloud.ok('DescribeULBSimple', {}).DataSet[0]).not.toHaveProperty('VServerSet');
});

test('a load balancer tells the bandwidth of its addresses, and leaves its firewall', async () => {
  const cloud = await dispatchedCloud();
  const [ULBId, FWId] = [balancer(cloud), firewall(cloud)];
  cloud.ok('BindEIP', { EIPId: eip(cloud, { Bandwidth: 7 }), ResourceType: 'ulb', ResourceId: ULBId });
  cloud.ok('GrantFirewall', { FWId, ResourceType: 'ulb', ResourceId: ULBId });
  const shown = () => cloud.ok('DescribeULB', { ULBId }).DataSet[0];
  expect(shown()).toMatchObject({ Bandwidth: 7, BandwidthType: 0, FirewallSet: [{ FirewallId: FWId, FirewallName: 'wall' }] });
  cloud.ok('DisassociateFirewall', { FWId, ResourceType: 'ULB', ResourceId: ULBId });
  expect(shown().FirewallSet).toEqual([]);
  cloud.ok('DeleteFirewall', { FWId });
});

test('security policies say what HTTPS listeners speak', async () => {
  const cloud = await dispatchedCloud();
  const [{ SSLCiphers, TLSVersion }] = cloud.ok('DescribeSupportCiphers').DataSet.slice(-1);
  const { SecurityPolicyId } = cloud.ok('CreateSecurityPolicy', { SecurityPolicyName: 'tls', TLSVersion, 'SSLCiphers.0': SSLCiphers[0] });
  const at = listener(cloud, { Protocol: 'HTTPS', FrontendPort: 443, SecurityPolicyId });
  expect(cloud.ok('DescribeVServer', at).DataSet[0].SecurityPolicy).toEqual({ SecurityPolicyId, SecurityPolicyName: 'tls' });
  expect(cloud.ok('DescribeSecurityPolicies').DataSet).toMatchObject([
    { TLSVersion, VServerSet: [{ VServerId: at.VServerId, Port: 443 }] },
  ]);
  expect(cloud.ok('DescribeSecurityPoliciesV2').DataSet).toMatchObject([{ Relations: [{ ListenerId: at.VServerId, ListenerPort: 443 }] }]);
  cloud.ok('UpdateSecurityPolicy', { SecurityPolicyId, SecurityPolicyName: 'old', TLSVersion: 'TLSv1.0', 'SSLCiphers.0': 'AES128-SHA' });
  expect(cloud.ok('DescribeSecurityPolicies').DataSet).toMatchObject([{ SecurityPolicyName: 'old', SSLCiphers: ['AES128-SHA'] }]);
  cloud.ok('UnBindSecurityPolicy', { SecurityPolicyId, ...at });
  expect(cloud.ok('DescribeVServer', at).DataSet[0].SecurityPolicy).toEqual({});
  cloud.ok('DeleteSecurityPolicy', { SecurityPolicyId });
  expect(cloud.ok('DescribeSecurityPolicies').TotalCount).toBe(0);
});

test('SNAT rules say which address a host goes out with', async () => {
  const cloud = await dispatchedCloud();
  const UHostId = host(cloud, { Name: 'inside' });
  const NATGWId = natGateway(cloud, first(cloud, 'Subnet'));
  const EIPId = eip(cloud);
  cloud.ok('BindEIP', { EIPId, ResourceType: 'natgw', ResourceId: NATGWId });
  const SnatIp = cloud.ok('DescribeEIP', { 'EIPIds.0': EIPId }).EIPSet[0].EIPAddr[0].IP;
  const [{ PrivateIP: SourceIp }] = cloud.ok('GetAvailableResourceForSnatRule', { NATGWId }).DataSet;
  expect(cloud.ok('GetAvailableResourceForWhiteList', { NATGWId }).DataSet).toMatchObject([
    { ResourceId: UHostId, ResourceName: 'inside' },
  ]);
  cloud.ok('AddSnatRule', { NATGWId, SourceIp, SnatIp });
  expect(cloud.ok('GetAvailableResourceForSnatRule', { NATGWId }).TotalCount).toBe(0);
  const rules = () => cloud.ok('DescribeSnatRule', { NATGWId }).DataSet;
  expect(rules()).toEqual([{ Name: '出口规则', SourceIp, SnatIp, SubnetworkId: first(cloud, 'Subnet') }]);
  cloud.ok('UpdateSnatRule', { NATGWId, SourceIp, SnatIp, Name: 'out' });
  expect(rules()[0].Name).toBe('out');
  cloud.ok('DeleteSnatRule', { NATGWId, SourceIp });
  expect(rules()).toEqual([]);
  cloud.ok('UpdateNATGW', { NATGWId, NATGWName: 'renamed', Remark: 'why' });
  expect(cloud.ok('DescribeNATGW').DataSet).toMatchObject([{ NATGWName: 'renamed', Remark: 'why' }]);
  expect(cloud.ok('ListSubnetForNATGW', {}).DataSet).toMatchObject([{ HasNATGW: true, Subnet: '10.9.0.0', Netmask: '16' }]);
});

test('hosts join isolation groups, have tags and a screen, and tell their disks', async () => {
  const cloud = await dispatchedCloud();
  const GroupId = cloud.ok('CreateIsolationGroup', { GroupName: 'apart' }).GroupId;
  const UHostId = stoppedHost(cloud, { Tag: 'web' });
  host(cloud, { Tag: 'web' });
  host(cloud);
  cloud.ok('AddUHostToIsolationGroup', { GroupId, UHostId });
  expect(cloud.ok('DescribeUHostInstance', { IsolationGroup: GroupId }).UHostSet).toMatchObject([{ UHostId, IsolationGroup: GroupId }]);
  expect(cloud.ok('DescribeUHostTags').TagSet).toEqual([
    { Tag: 'web', Zone: cloud.zone, TotalCount: 2 },
    { Tag: 'Default', Zone: cloud.zone, TotalCount: 1 },
  ]);
  expect(cloud.call('GetUHostInstanceVncInfo', { UHostId }).RetCode).toBe(8010);
  cloud.ok('StartUHostInstance', { UHostId });
  later(cloud);
  const screen = cloud.ok('GetUHostInstanceVncInfo', { UHostId });
  expect(screen).toMatchObject({ UHostId, VncIP: '127.0.0.1', VncPassword: expect.stringMatching(/^\w{8}$/) });
  expect(cloud.ok('GetUHostInstanceVncInfo', { UHostId })).toEqual(screen);
  const [{ AvailableDisks }] = cloud.ok('DescribeUHostAvailableDiskTypes', { 'UHostIds.0': UHostId }).DiskTypeSet;
  expect(AvailableDisks[0]).toMatchObject({ Name: 'cloudDisk', BootDisk: [{ Name: 'CLOUD_SSD', MaximalSize: 500 }] });
});

test('images are imported, and hosts made of them', async () => {
  const cloud = await dispatchedCloud();
  const asked = {
    ImageName: 'mine',
    UFileUrl: 'https://b.ufileos.com/i.raw',
    OsType: 'CentOS',
    OsName: 'CentOS 7.2 64位',
    Format: 'RAW',
    Auth: 'true',
  };
  const { ImageId } = cloud.ok('ImportCustomImage', asked);
  const state = () => cloud.ok('DescribeImage', { ImageId }).ImageSet[0];
  expect(state()).toMatchObject({ State: 'Making', ImageType: 'Custom', OsType: 'Linux', OsName: 'CentOS 7.2 64位' });
  later(cloud);
  expect(state().State).toBe('Available');
  const UHostId = host(cloud, { ImageId, 'Disks.0.Size': 40 });
  expect(cloud.ok('DescribeUHostInstance', { 'UHostIds.0': UHostId }).UHostSet[0]).toMatchObject({ BasicImageName: 'mine' });
});

test('projects are made, renamed and ended', async () => {
  const accounts = [{ name: 'x', projects: [{ id: 'org-a', name: 'A' }], keys: [{ publicKey: 'p', privateKey: 's' }] }];
  const cloud = await dispatchedCloud({ accounts });
  const { ProjectId } = cloud.ok('CreateProject', { ProjectName: 'B' });
  cloud.ok('CreateVPC', { ProjectId, Name: 'net', 'Network.0': '192.168.0.0/16' });
  const names = () =>
    cloud.ok('GetProjectList').ProjectSet.map((one: Record<string, unknown>) => [one['ProjectName'], one['ResourceCount']]);
  expect(names()).toEqual([
    ['A', 0],
    ['B', 1],
  ]);
  cloud.ok('ModifyProject', { ProjectId, ProjectName: 'C' });
  expect(cloud.call('TerminateProject', { ProjectId }).RetCode).toBe(58001);
  const [{ VPCId }] = cloud.ok('DescribeVPC', { ProjectId }).DataSet.filter(({ Name }: { Name: string }) => Name === 'net');
  cloud.ok('DeleteVPC', { ProjectId, VPCId });
  expect(names()[1]).toEqual(['C', 0]);
  cloud.ok('TerminateProject', { ProjectId });
  expect(cloud.call('DescribeVPC', { ProjectId }).RetCode).toBe(292);
  expect(cloud.ok('GetUserInfo').DataSet[0]).toMatchObject({ UserName: 'x', UserEmail: 'x@example.com' });
  expect(cloud.ok('DescribeMemberList').MemberSet).toMatchObject([{ PublicKey: 'p', IsAdmin: 1, ProjectSet: [{ ProjectId: 'org-a' }] }]);
});

test('a route table is copied with its rules', async () => {
  const cloud = await dispatchedCloud();
  const VPCId = first(cloud, 'VPC');
  const { RouteTableId } = cloud.ok('CreateRouteTable', { VPCId, Name: 'routes' });
  cloud.ok('ModifyRouteRule', { RouteTableId, 'RouteRule.0': 'x | 10.8.0.0/16 | instance | uhost-a | 0 | why | add' });
  const copy = cloud.ok('CloneRouteTable', { RouteTableId }).RouteTableId;
  const rules = (id: string) => cloud.ok('DescribeRouteTable', { RouteTableId: id }).RouteTables[0].RouteRules[0];
  expect(rules(copy)).toMatchObject({ DstAddr: '10.8.0.0/16', NexthopId: 'uhost-a', InstanceType: 'UHOST', RouteTableId: copy });
  expect(rules(copy).RouteRuleId).not.toBe(rules(RouteTableId).RouteRuleId);
});

test('names and clusters are told where they are known', async () => {
  const cloud = await dispatchedCloud();
  const UHostId = host(cloud, { Name: 'web', MachineType: 'O', 'Disks.0.Type': 'CLOUD_RSSD', 'Labels.0.Key': 'k', 'Labels.0.Value': 'v' });
  const cluster = cloud.ok('DescribeUHostInstance', { 'UHostIds.0': UHostId }).UHostSet[0].RdmaClusterId;
  expect(cluster).toMatch(/^rdma-\w{8}$/);
  const UDiskId = disk(cloud, { DiskType: 'RSSDDataDisk', RdmaClusterId: cluster });
  expect(diskOf(cloud, UDiskId)).toMatchObject({ RdmaClusterId: cluster, CloneEnable: 1, SnapEnable: 1 });
  expect(diskOf(cloud, disk(cloud)).RdmaClusterId).toBe('');
  const labelled = cloud.ok('ListResourcesByLabels', { 'Labels.0.Key': 'k', 'Labels.0.Value': 'v' }).Resources;
  expect(labelled).toMatchObject([{ ResourceId: UHostId, ResourceName: 'web' }]);
  const EIPId = boundEip(cloud, UHostId);
  expect(cloud.ok('DescribeEIP', { 'EIPIds.0': EIPId }).EIPSet[0].Resource).toMatchObject({ ResourceName: 'web', SubResourceName: 'web' });
  const wall = cloud.ok('DescribeFirewall', { ResourceId: UHostId, ResourceType: 'uhost' }).DataSet[0].FWId;
  expect(cloud.ok('DescribeFirewallResource', { FWId: wall }).ResourceSet).toMatchObject([{ Tag: 'Default', Zone: 1002 }]);
});
