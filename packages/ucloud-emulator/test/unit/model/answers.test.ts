import { expect, test } from 'vitest';
import type { Reply } from '../../../../../test/helpers/emulated-cloud.js';
import {
  attachedDisk,
  baseImage,
  certificate,
  disk,
  eip,
  firewall,
  first,
  host,
  later,
  natGateway,
  routeTable,
} from '../../helpers/cloud-parts.js';
import { stoppedHost, snapshot, subnet, vpc } from '../../helpers/cloud-parts.js';
import { dispatchedCloud, type DispatchedCloud } from '../../helpers/dispatched-cloud.js';
import { readableAnswers } from '../../helpers/readable-answer.js';

/**
 * Whole answers, field by field: clients read fields that nothing here needs, and fail on a number where a text was.
 * `vitest -u` writes the files; what changes there changes for clients.
 */
async function fixedCloud(): Promise<DispatchedCloud> {
  const cloud = await dispatchedCloud();
  cloud.clock.set(Date.UTC(2026, 0, 1));
  return cloud;
}

const LABEL = { 'Labels.0.Key': 'stage', 'Labels.0.Value': 'test' };

/** A network of two ranges, with a subnet. */
function network(cloud: DispatchedCloud): { readonly VPCId: string; readonly SubnetId: string } {
  const { VPCId } = cloud.ok('CreateVPC', { Name: 'net', 'Network.0': '192.168.0.0/16', 'Network.1': '172.16.0.0/16', Remark: 'two' });
  return { VPCId, SubnetId: cloud.ok('CreateSubnet', { VPCId, Subnet: '192.168.1.0', SubnetName: 'sub', Tag: 'blue' }).SubnetId };
}

async function expectAnswers(name: string, answers: Readonly<Record<string, Reply>>): Promise<void> {
  await expect(readableAnswers(answers)).toMatchFileSnapshot(`../../golden/answers/${name}.json`);
}

test('of hosts: with cloud disks, an address, a group and a key; with local disks; of Windows', async () => {
  const cloud = await fixedCloud();
  const place = network(cloud);
  const { KeyPairId } = cloud.ok('ImportUHostKeyPairs', { KeyPairName: 'mine', PublicKeyBody: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me' });
  const { GroupId } = cloud.ok('CreateIsolationGroup', { GroupName: 'apart', Remark: 'one each' });
  host(cloud, {
    ...place,
    ...{
      Name: 'server',
      Tag: 'blue',
      LoginMode: 'KeyPair',
      KeyPairId,
      IsolationGroup: GroupId,
      PrivateIp: '',
      'PrivateIp.0': '192.168.1.20',
    },
    ...{ CPU: 2, Memory: 4096, MachineType: 'O', MinimalCpuPlatform: 'Amd/Auto', ChargeType: 'Dynamic', SecurityGroupId: firewall(cloud) },
    ...{ 'Disks.0.IsBoot': 'false', 'Disks.0.Type': 'CLOUD_SSD', 'Disks.0.Size': 30 },
    ...{ 'Disks.1.IsBoot': 'true', 'Disks.1.Type': 'CLOUD_RSSD', 'Disks.1.Size': 40 },
    ...{ 'NetworkInterface.0.EIP.OperatorName': 'Bgp', 'NetworkInterface.0.EIP.Bandwidth': 3 },
    ...LABEL,
  });
  host(cloud, {
    ...{ 'Disks.0.Type': 'LOCAL_SSD', 'Disks.1.IsBoot': 'false', 'Disks.1.Type': 'LOCAL_SSD', 'Disks.1.Size': 100 },
    ...{ MaxCount: 2, Name: 'local', Quantity: 2 },
  });
  host(cloud, { ImageId: baseImage(cloud, 'Windows'), 'Disks.0.Size': 40, MinimalCpuPlatform: 'Intel/Skylake', ChargeType: 'Year' });
  cloud.ok('CreateUHostInstance', { Zone: cloud.zone, ImageId: baseImage(cloud, 'CentOS 6.10'), LoginMode: 'ImagePasswd', ...cloudDisk });
  await expectAnswers('hosts', {
    hosts: cloud.ok('DescribeUHostInstance'),
    keyPairs: cloud.ok('DescribeUHostKeyPairs'),
    groups: cloud.ok('DescribeIsolationGroup'),
    networkCards: cloud.ok('DescribeNetworkInterface'),
    labels: cloud.ok('ListLabels', { Category: 'custom' }),
    labelled: cloud.ok('ListResourcesByLabels', LABEL),
  });
});

const cloudDisk = { 'Disks.0.IsBoot': 'true', 'Disks.0.Type': 'CLOUD_SSD', 'Disks.0.Size': 20 };

test('of disks, snapshots and images', async () => {
  const cloud = await fixedCloud();
  const UHostId = stoppedHost(cloud, { Name: 'server', MaxCount: 1 });
  attachedDisk(cloud, UHostId);
  snapshot(cloud, disk(cloud, { DiskType: 'RSSDDataDisk', Size: 9000, ChargeType: 'Month', Tag: 'blue', Name: 'big' }));
  const [boot] = cloud.ok('DescribeUDisk', { UHostId, IsBoot: 'True' }).DataSet;
  cloud.ok('CreateUDiskSnapshot', { Zone: cloud.zone, UDiskId: boot.UDiskId, Name: 'boot', Comment: 'before' });
  const gone = disk(cloud, { DiskType: 'ESSDDataDisk' });
  snapshot(cloud, gone);
  later(cloud);
  cloud.ok('DeleteUDisk', { Zone: cloud.zone, UDiskId: gone });
  cloud.ok('CreateCustomImage', { UHostId, ImageName: 'mine', ImageDescription: 'of server', Tag: 'blue' });
  await expectAnswers('disks', {
    disks: cloud.ok('DescribeUDisk'),
    snapshots: cloud.ok('DescribeUDiskSnapshot'),
    images: cloud.ok('DescribeImage'),
    imagesOfAZone: cloud.ok('DescribeImage', { Zone: 'cn-bj2-03', OsType: 'Windows' }),
  });
});

test('of public addresses: free, of a host, of a load balancer, of a NAT gateway, with shared bandwidth', async () => {
  const cloud = await fixedCloud();
  const { VPCId, SubnetId } = network(cloud);
  const ids = Array.from({ length: 5 }, () => eip(cloud, { Name: 'mine', ChargeType: 'Dynamic' }));
  const bind = (EIPId: string | undefined, ResourceType: string, ResourceId: string): unknown =>
    cloud.ok('BindEIP', { EIPId: EIPId ?? '', ResourceType, ResourceId });
  bind(ids[1], 'uhost', host(cloud, { Name: 'server', VPCId, SubnetId }));
  bind(ids[2], 'ulb', cloud.ok('CreateULB', { OuterMode: 'Yes', ULBName: 'outer' }).ULBId);
  bind(ids[3], 'natgw', natGateway(cloud, SubnetId));
  const { ShareBandwidthId } = cloud.ok('AllocateShareBandwidth', { Name: 'shared', ShareBandwidth: 20 });
  cloud.ok('AssociateEIPWithShareBandwidth', { ShareBandwidthId, 'EIPIds.0': ids[4] ?? '' });
  eip(cloud, { PayMode: 'Traffic', Remark: 'by use', Tag: 'blue', ShareBandwidthId });
  await expectAnswers('addresses', {
    addresses: cloud.ok('DescribeEIP'),
    packages: cloud.ok('DescribeShareBandwidth'),
    gateways: cloud.ok('DescribeNATGW'),
  });
});

test('of networks, with all that sits in a subnet', async () => {
  const cloud = await fixedCloud();
  const { VPCId, SubnetId } = network(cloud);
  const RouteTableId = routeTable(cloud, VPCId);
  cloud.ok('ModifyRouteRule', { RouteTableId, 'RouteRule.0': 'x | 10.8.0.0/16 | instance | uhost-a | 7 | remark | add' });
  cloud.ok('AssociateRouteTable', { RouteTableId, SubnetId: subnet(cloud, VPCId, '172.16.1.0', 28) });
  const NATGWId = natGateway(cloud, SubnetId);
  const wall = firewall(cloud);
  host(cloud, { VPCId, SubnetId, Name: 'server', SecurityGroupId: wall });
  cloud.ok('CreateULB', { InnerMode: 'Yes', VPCId, SubnetId, ULBName: 'inner', FirewallId: wall });
  cloud.ok('GrantFirewall', { FWId: wall, ResourceType: 'natgw', ResourceId: NATGWId });
  cloud.ok('AllocateVIP', { VPCId, SubnetId, Name: 'vip', Zone: cloud.zone });
  cloud.faults.add({ effect: { kind: 'foreign-holder', subnet: SubnetId, resource: 'udb-x' } });
  cloud.ok('CreateVPCIntercom', { VPCId, DstVPCId: vpc(cloud, '172.20.0.0/16') });
  await expectAnswers('networks', {
    vpcs: cloud.ok('DescribeVPC'),
    subnets: cloud.ok('DescribeSubnet', { ShowAvailableIPs: 'true' }),
    holders: cloud.ok('DescribeSubnetResource', { SubnetId }),
    routeTables: cloud.ok('DescribeRouteTable'),
    virtual: cloud.ok('DescribeVIP', { Zone: cloud.zone }),
    joined: cloud.ok('DescribeVPCIntercom', { VPCId }),
    firewalls: cloud.ok('DescribeFirewall'),
    protected: cloud.ok('DescribeFirewallResource', { FWId: wall }),
    gateways: cloud.ok('DescribeNATGW'),
  });
});

test('of load balancers, with listeners, backends, rules and certificates', async () => {
  const cloud = await fixedCloud();
  const FirewallId = firewall(cloud);
  const { ULBId } = cloud.ok('CreateULB', { OuterMode: 'Yes', ULBName: 'outer', Remark: 'seen', Tag: 'blue', FirewallId });
  cloud.ok('BindEIP', { EIPId: eip(cloud), ResourceType: 'ulb', ResourceId: ULBId });
  const listener = {
    Protocol: 'HTTPS',
    FrontendPort: 443,
    VServerName: 'web',
    Method: 'Leastconn',
    ClientTimeout: 30,
    Domain: 'example.org',
  };
  const persistence = { PersistenceType: 'UserDefined', PersistenceInfo: 'cookie', MonitorType: 'Path', Path: '/health' };
  const { VServerId } = cloud.ok('CreateVServer', { ULBId, ...listener, ...persistence });
  cloud.ok('BindSSL', { ULBId, VServerId, SSLId: certificate(cloud) });
  const [running, stopped] = [host(cloud, { Name: 'running' }), stoppedHost(cloud, { Name: 'stopped' })];
  const backend = (ResourceId: string, Port: number): string =>
    cloud.ok('AllocateBackend', { ULBId, VServerId, ResourceType: 'UHost', ResourceId, Port }).BackendId;
  const one = backend(running, 8080);
  backend(stopped, 80);
  cloud.ok('CreatePolicy', { ULBId, VServerId, Match: '/api', Type: 'Path', PolicyPriority: 3, 'BackendId.0': one });
  cloud.ok('CreateVServer', { ULBId: cloud.ok('CreateULB', { InnerMode: 'Yes' }).ULBId, Protocol: 'TCP', FrontendPort: 80 });
  await expectAnswers('balancers', {
    balancers: cloud.ok('DescribeULB'),
    listeners: cloud.ok('DescribeVServer', { ULBId }),
    certificates: cloud.ok('DescribeSSL'),
  });
});

test('of what every place has from the start', async () => {
  const cloud = await fixedCloud();
  await expectAnswers('first', {
    vpcs: cloud.ok('DescribeVPC'),
    subnets: cloud.ok('DescribeSubnet'),
    holders: cloud.ok('DescribeSubnetResource', { SubnetId: first(cloud, 'Subnet') }),
    firewalls: cloud.ok('DescribeFirewall'),
  });
});
