import { createPrivateKey, sign as signWith } from 'node:crypto';
import { expect, test } from 'vitest';
import { emulatedCloud, type EmulatedCloud } from '../../../../test/helpers/emulated-cloud.js';

async function cloudWithHost(): Promise<{
  cloud: EmulatedCloud;
  host: string;
  VPCId: string;
  SubnetId: string;
  EIPId: string;
  FWId: string;
}> {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const { VPCId } = await cloud.ok('CreateVPC', { Name: 'net', 'Network.0': '192.168.0.0/16' });
  const { SubnetId } = await cloud.ok('CreateSubnet', { VPCId, Subnet: '192.168.1.0', Netmask: 24, SubnetName: 'sub' });
  const ImageId = (await cloud.ok('DescribeImage', { OsType: 'Linux' })).ImageSet[0].ImageId;
  const boot = {
    'Disks.0.IsBoot': 'true',
    'Disks.0.Type': 'CLOUD_SSD',
    'Disks.0.Size': 20,
    Password: Buffer.from('Example-12').toString('base64'),
  };
  const { UHostIds } = await cloud.ok('CreateUHostInstance', { Zone: 'cn-bj2-02', ImageId, ...boot, VPCId, SubnetId, Name: 'h' });
  cloud.clock.advance(60_000);
  const { EIPSet } = await cloud.ok('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 2 });
  const { FWId } = await cloud.ok('CreateFirewall', { Name: 'fw', 'Rule.0': 'TCP|80|0.0.0.0/0|ACCEPT|HIGH' });
  return { cloud, host: UHostIds[0], VPCId, SubnetId, EIPId: EIPSet[0].EIPId, FWId };
}

test('a load balancer with a listener, backends, a rule and a certificate', async () => {
  const { cloud, host, VPCId, SubnetId, FWId, EIPId } = await cloudWithHost();
  const { ULBId } = await cloud.ok('CreateULB', { ULBName: 'lb', OuterMode: 'Yes', VPCId, SubnetId, FirewallId: FWId });
  expect((await cloud.ok('DescribeFirewall', { ResourceId: ULBId, ResourceType: 'ulb' })).DataSet).toMatchObject([{ FWId }]);
  await cloud.ok('BindEIP', { EIPId, ResourceType: 'ulb', ResourceId: ULBId });
  const { VServerId } = await cloud.ok('CreateVServer', {
    ULBId,
    Protocol: 'HTTPS',
    FrontendPort: 443,
    Method: 'Roundrobin',
    VServerName: 'web',
  });
  expect(await cloud.call('CreateVServer', { ULBId, Protocol: 'TCP', FrontendPort: 443 })).toMatchObject({ RetCode: 4107 });
  const backend = { ULBId, VServerId, ResourceType: 'UHost', ResourceId: host, Port: 8080 };
  const { BackendId } = await cloud.ok('AllocateBackend', backend);
  expect(await cloud.call('AllocateBackend', backend)).toMatchObject({ RetCode: 4109 });
  await cloud.ok('UpdateBackendAttribute', { ULBId, BackendId, Port: 8081 });
  const { PolicyId } = await cloud.ok('CreatePolicy', { ULBId, VServerId, Match: 'www.example.com', 'BackendId.0': BackendId });
  const { SSLId } = await cloud.ok('CreateSSL', { SSLName: 'cert', SSLContent: 'PEM' });
  await cloud.ok('BindSSL', { SSLId, ULBId, VServerId });
  expect((await cloud.call('DeleteSSL', { SSLId })).RetCode).toBeGreaterThan(0);
  await cloud.ok('UpdateVServerAttribute', { ULBId, VServerId, Method: 'Leastconn', VServerName: 'site' });
  expect((await cloud.ok('DescribeULB', { ULBId })).DataSet).toMatchObject([
    {
      ULBType: 'OuterMode',
      ListenType: 'RequestProxy',
      PrivateIP: '',
      IPSet: [{ EIPId, OperatorName: 'Bgp' }],
      VServerSet: [
        {
          VServerId,
          VServerName: 'site',
          Method: 'Leastconn',
          SSLSet: [{ SSLId }],
          PolicySet: [{ PolicyId, Match: 'www.example.com', BackendSet: [{ BackendId, ObjectId: host }] }],
          BackendSet: [{ BackendId, ResourceType: 'UHost', ResourceId: host, Port: 8081, Status: 0 }],
        },
      ],
    },
  ]);
  await cloud.ok('ReleaseBackend', { ULBId, BackendId });
  await cloud.ok('DeleteVServer', { ULBId, VServerId });
  await cloud.ok('DeleteSSL', { SSLId });
  await cloud.ok('DeleteULB', { ULBId });
  expect((await cloud.ok('DescribeVServer', { ULBId, VServerId })).DataSet).toEqual([]);
  expect((await cloud.ok('DescribeULB', { ULBId })).DataSet).toEqual([]);
  expect((await cloud.ok('DescribeEIP', { 'EIPIds.0': EIPId })).EIPSet).toMatchObject([{ Status: 'free' }]);
  await cloud.ok('DeleteFirewall', { FWId });
});

test('an inner load balancer takes an address, keeps its rules about ports and protocols, and holds its subnet', async () => {
  const { cloud, host, VPCId, SubnetId } = await cloudWithHost();
  const { ULBId } = await cloud.ok('CreateULB', { ULBName: 'inner', InnerMode: 'Yes', VPCId, SubnetId });
  expect((await cloud.ok('DescribeULB', { ULBId })).DataSet).toMatchObject([
    { ULBType: 'InnerMode', ListenType: 'PacketsTransmit', PrivateIP: '192.168.1.4', SubnetId },
  ]);
  expect((await cloud.ok('DescribeSubnetResource', { SubnetId, ResourceType: 'ULB' })).DataSet).toMatchObject([{ ResourceId: ULBId }]);
  expect(await cloud.call('CreateVServer', { ULBId, Protocol: 'HTTP', FrontendPort: 80 })).toMatchObject({ RetCode: 4144 });
  expect(await cloud.call('CreateVServer', { ULBId, Protocol: 'TCP', FrontendPort: 80, Method: 'Leastconn' })).toMatchObject({
    RetCode: 230,
  });
  const { VServerId } = await cloud.ok('CreateVServer', { ULBId, Protocol: 'TCP', FrontendPort: 4646 });
  const backend = { ULBId, VServerId, ResourceType: 'UHost', ResourceId: host };
  expect(await cloud.call('AllocateBackend', { ...backend, Port: 80 })).toMatchObject({ RetCode: 4118 });
  await cloud.ok('AllocateBackend', { ...backend, Port: 4646 });
  await cloud.ok('PoweroffUHostInstance', { UHostId: host });
  cloud.clock.advance(2000);
  expect((await cloud.ok('DescribeVServer', { ULBId })).DataSet[0].BackendSet).toMatchObject([{ Status: 1 }]);
  await cloud.ok('TerminateUHostInstance', { UHostId: host });
  expect((await cloud.ok('DescribeVServer', { ULBId })).DataSet[0].BackendSet).toEqual([]);
  cloud.clock.advance(700_000);
  await cloud.ok('DeleteULB', { ULBId });
  expect(await cloud.call('DeleteSubnet', { SubnetId })).toMatchObject({ RetCode: 4411 });
  cloud.clock.advance(600_000);
  await cloud.ok('DeleteSubnet', { SubnetId });
});

test('a NAT gateway with its white list and port rules', async () => {
  const { cloud, host, VPCId, SubnetId, FWId, EIPId } = await cloudWithHost();
  const { NATGWId } = await cloud.ok('CreateNATGW', {
    NATGWName: 'nat',
    VPCId,
    'SubnetworkIds.0': SubnetId,
    FirewallId: FWId,
    'EIPIds.0': EIPId,
    IfOpen: 1,
  });
  await cloud.ok('AddWhiteListResource', { NATGWId, 'ResourceIds.0': host });
  const { PolicyId } = await cloud.ok('CreateNATGWPolicy', {
    NATGWId,
    Protocol: 'TCP',
    SrcEIPId: EIPId,
    SrcPort: '80',
    DstIP: '192.168.1.3',
    DstPort: '8080',
    PolicyName: 'web',
  });
  expect((await cloud.ok('DescribeNATGW', { 'NATGWIds.0': NATGWId })).DataSet).toMatchObject([
    {
      NATGWName: 'nat',
      VPCId,
      FirewallId: FWId,
      SubnetSet: [{ SubnetworkId: SubnetId }],
      IPSet: [{ EIPId, BandwidthType: 'normal' }],
      PolicyId: [PolicyId],
    },
  ]);
  expect((await cloud.ok('DescribeWhiteListResource', { 'NATGWIds.0': NATGWId })).DataSet).toMatchObject([
    { IfOpen: 1, ObjectIPInfo: [{ ResourceId: host }] },
  ]);
  expect((await cloud.ok('DescribeNATGWPolicy', { NATGWId })).DataSet).toMatchObject([{ PolicyId, SrcPort: '80', DstPort: '8080' }]);
  expect((await cloud.ok('DescribeSubnet', { SubnetId })).DataSet).toMatchObject([{ HasNATGW: true }]);
  expect(await cloud.call('DeleteFirewall', { FWId })).toMatchObject({ RetCode: 4361 });
  await cloud.ok('EnableWhiteList', { NATGWId, IfOpen: 0 });
  await cloud.ok('DeleteWhiteListResource', { NATGWId, 'ResourceIds.0': host });
  await cloud.ok('DeleteNATGW', { NATGWId });
  expect((await cloud.ok('DescribeNATGW', { 'NATGWIds.0': NATGWId })).DataSet).toEqual([]);
  await cloud.ok('ReleaseEIP', { EIPId });
  await cloud.ok('DeleteFirewall', { FWId });
});

test('route tables: one by default, others with rules, given to subnets', async () => {
  const { cloud, VPCId, SubnetId } = await cloudWithHost();
  const tables = async () => (await cloud.ok('DescribeRouteTable', { VPCId })).RouteTables;
  expect(await tables()).toMatchObject([{ RouteTableType: 1, SubnetIds: [SubnetId] }]);
  const { RouteTableId } = await cloud.ok('CreateRouteTable', { VPCId, Name: 'mine' });
  await cloud.ok('ModifyRouteRule', { RouteTableId, 'RouteRule.0': 'x | 10.8.0.0/16 | instance | uhost-a | 0 | why | add' });
  await cloud.ok('AssociateRouteTable', { RouteTableId, SubnetId });
  const [, mine] = await tables();
  expect(mine).toMatchObject({
    RouteTableId,
    SubnetIds: [SubnetId],
    RouteRules: [{ DstAddr: '10.8.0.0/16', NexthopType: 'INSTANCE', NexthopId: 'uhost-a', Remark: 'why' }],
  });
  expect((await cloud.call('DeleteRouteTable', { RouteTableId })).RetCode).toBeGreaterThan(0);
  await cloud.ok('ModifyRouteRule', { RouteTableId, 'RouteRule.0': `${mine.RouteRules[0].RouteRuleId} | | | | | | delete` });
  await cloud.ok('AssociateRouteTable', { RouteTableId: (await tables())[0].RouteTableId, SubnetId });
  await cloud.ok('DeleteRouteTable', { RouteTableId });
});

test('addresses share bandwidth, and get their own again', async () => {
  const { cloud, EIPId } = await cloudWithHost();
  const { ShareBandwidthId } = await cloud.ok('AllocateShareBandwidth', { Name: 'shared', ShareBandwidth: 100, ChargeType: 'Month' });
  await cloud.ok('AssociateEIPWithShareBandwidth', { ShareBandwidthId, 'EIPIds.0': EIPId });
  const eip = async () => (await cloud.ok('DescribeEIP', { 'EIPIds.0': EIPId })).EIPSet[0];
  expect(await eip()).toMatchObject({
    PayMode: 'ShareBandwidth',
    Bandwidth: 100,
    ShareBandwidthSet: { ShareBandwidthId, ShareBandwidthName: 'shared' },
  });
  await cloud.ok('ResizeShareBandwidth', { ShareBandwidthId, ShareBandwidth: 200 });
  expect((await cloud.ok('DescribeShareBandwidth')).DataSet).toMatchObject([{ ShareBandwidth: 200, EIPSet: [{ EIPId, Bandwidth: 200 }] }]);
  await cloud.ok('DisassociateEIPWithShareBandwidth', { ShareBandwidthId, 'EIPIds.0': EIPId, Bandwidth: 3, PayMode: 'Traffic' });
  expect(await eip()).toMatchObject({ PayMode: 'Traffic', Bandwidth: 3, ShareBandwidthSet: { ShareBandwidthId: '' } });
  await cloud.ok('ReleaseShareBandwidth', { ShareBandwidthId, EIPBandwidth: 1 });
});

test('key pairs are made, imported and used', async () => {
  const { cloud } = await cloudWithHost();
  const { KeyPair } = await cloud.ok('CreateUHostKeyPair', { KeyPairName: 'made' });
  expect(signWith('sha256', Buffer.from('x'), createPrivateKey(KeyPair.PrivateKeyBody)).length).toBeGreaterThan(60);
  await cloud.ok('ImportUHostKeyPairs', { KeyPairName: 'mine', PublicKeyBody: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ0 me@here' });
  expect((await cloud.ok('DescribeUHostKeyPairs', {})).KeyPairs.map(({ KeyPairName }: { KeyPairName: string }) => KeyPairName)).toEqual([
    'made',
    'mine',
  ]);
  const ImageId = (await cloud.ok('DescribeImage', { OsType: 'Linux' })).ImageSet[0].ImageId;
  const host = {
    Zone: 'cn-bj2-02',
    ImageId,
    'Disks.0.IsBoot': 'true',
    'Disks.0.Type': 'CLOUD_SSD',
    'Disks.0.Size': 20,
    LoginMode: 'KeyPair',
  };
  expect((await cloud.call('CreateUHostInstance', { ...host, KeyPairId: 'ukp-none' })).RetCode).toBe(8039);
  await cloud.ok('CreateUHostInstance', { ...host, KeyPairId: KeyPair.KeyPairId });
  await cloud.ok('DeleteUHostKeyPairs', { 'KeyPairIds.0': KeyPair.KeyPairId });
});

test('labels are made, put on resources, listed both ways, and taken away', async () => {
  const { cloud, host, EIPId } = await cloudWithHost();
  const labels = { 'Labels.0.Key': 'stage', 'Labels.0.Value': 'test' };
  const on = { ...labels, 'ResourceIds.0': host, 'ResourceIds.1': EIPId };
  expect((await cloud.call('BindLabels', on)).RetCode).toBe(54002);
  await cloud.ok('CreateLabels', labels);
  expect((await cloud.call('CreateLabels', labels)).RetCode).toBeGreaterThan(0);
  await cloud.ok('BindLabels', on);
  expect((await cloud.ok('ListLabels', { Category: 'custom' })).Labels).toEqual([{ Key: 'stage', Value: 'test', ResourceCount: 2 }]);
  expect((await cloud.ok('ListLabelsByResourceIds', { 'ResourceIds.0': host })).Labels).toEqual([
    { ResourceId: host, Category: 'custom', Key: 'stage', Value: 'test' },
  ]);
  expect((await cloud.ok('ListResourcesByLabels', { ...labels, 'ResourceTypes.0': 'uhost' })).Resources).toMatchObject([
    { ResourceId: host, ResourceType: 'uhost' },
  ]);
  expect((await cloud.call('DeleteLabels', labels)).RetCode).toBeGreaterThan(0);
  await cloud.ok('UnbindLabels', on);
  await cloud.ok('DeleteLabels', labels);
});
