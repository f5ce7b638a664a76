import { expect, test } from 'vitest';
import { boundEip, eip, first, firewall, host, later, stoppedHost } from '../../helpers/cloud-parts.js';
import { dispatchedCloud, type DispatchedCloud } from '../../helpers/dispatched-cloud.js';

const card = (cloud: DispatchedCloud, more: object = {}): Record<string, unknown> & { InterfaceId: string } =>
  cloud.ok('CreateNetworkInterface', { VPCId: first(cloud, 'VPC'), SubnetId: first(cloud, 'Subnet'), ...more }).NetworkInterface;
const shown = (cloud: DispatchedCloud, UHostId: string) => cloud.ok('DescribeUHostInstance', { 'UHostIds.0': UHostId }).UHostSet[0];

test('a network interface has an address of its subnet, and moves between hosts with what is bound to it', async () => {
  const cloud = await dispatchedCloud();
  const SubnetId = first(cloud, 'Subnet');
  const wall = firewall(cloud);
  const made = card(cloud, { Name: 'second', 'PrivateIp.0': '10.9.0.50', SecurityGroupId: wall, Remark: 'why' });
  expect(made).toMatchObject({
    Name: 'second',
    PrivateIpSet: ['10.9.0.50'],
    Default: false,
    Status: 0,
    AttachInstanceId: '',
    Remark: 'why',
  });
  expect(cloud.call('CreateNetworkInterface', { VPCId: first(cloud, 'VPC'), SubnetId, 'PrivateIp.0': '10.9.0.50' }).RetCode).toBe(230);
  const [one, other] = [host(cloud), host(cloud)];
  const EIPId = eip(cloud);
  cloud.ok('BindEIP', { EIPId, ResourceType: 'uni', ResourceId: made.InterfaceId });
  cloud.ok('AttachNetworkInterface', { InterfaceId: made.InterfaceId, InstanceId: one });
  const ips = (UHostId: string) => shown(cloud, UHostId).IPSet.map(({ IP }: { IP: string }) => IP);
  const publicIp = cloud.ok('DescribeEIP', { 'EIPIds.0': EIPId }).EIPSet[0].EIPAddr[0].IP;
  expect(ips(one).slice(1)).toEqual(['10.9.0.50', publicIp]);
  expect(ips(other)).toHaveLength(1);
  expect(cloud.ok('DescribeEIP', { 'EIPIds.0': EIPId }).EIPSet[0]).toMatchObject({
    Status: 'used',
    Resource: { ResourceID: made.InterfaceId, ResourceType: 'uni', ResourceName: 'second' },
    EIPBinding: { PrivateIP: '10.9.0.50' },
  });
  cloud.ok('DetachNetworkInterface', { InterfaceId: made.InterfaceId, InstanceId: one });
  cloud.ok('AttachNetworkInterface', { InterfaceId: made.InterfaceId, InstanceId: other });
  expect([ips(one).length, ips(other).length]).toEqual([1, 3]);
  expect(cloud.ok('DescribeFirewallResource', { FWId: wall }).ResourceSet).toMatchObject([{ ResourceID: made.InterfaceId, Remark: 'why' }]);
  expect(cloud.call('DeleteFirewall', { FWId: wall }).RetCode).toBe(4361);
  cloud.ok('PoweroffUHostInstance', { UHostId: other });
  later(cloud);
  cloud.ok('TerminateUHostInstance', { UHostId: other });
  expect(cloud.ok('DescribeNetworkInterface', { 'InterfaceId.0': made.InterfaceId }).NetworkInterfaceSet).toMatchObject([
    { Status: 0, AttachInstanceId: '', EIPIdSet: [EIPId] },
  ]);
  cloud.ok('DeleteNetworkInterface', { InterfaceId: made.InterfaceId });
  expect(cloud.ok('DescribeEIP', { 'EIPIds.0': EIPId }).EIPSet[0].Status).toBe('free');
});

test('lists tell first network interfaces from others, and a subnet with one stays', async () => {
  const cloud = await dispatchedCloud();
  const UHostId = host(cloud);
  const { InterfaceId } = card(cloud);
  const list = (params = {}) =>
    cloud.ok('DescribeNetworkInterface', params).NetworkInterfaceSet.map(({ Default }: { Default: boolean }) => Default);
  expect([list(), list({ OnlyDefault: 'true' }), list({ Offset: 1 })]).toEqual([[true, false], [true], [false]]);
  expect(list({ 'InterfaceId.0': InterfaceId, 'InterfaceId.1': 'uni-gone' })).toEqual([false]);
  expect(cloud.ok('DescribeSubnetResource', { SubnetId: first(cloud, 'Subnet'), ResourceType: 'uni' }).DataSet).toMatchObject([
    { ResourceId: InterfaceId, ResourceType: 'UNI' },
  ]);
  const cards = cloud.ok('DescribeInstanceNetworkInterface', { InstanceId: UHostId }).NetworkInterfaceSet;
  expect(cards).toMatchObject([{ Default: true, AttachInstanceId: UHostId, Status: 1 }]);
  expect(shown(cloud, UHostId).IPSet[0].NetworkInterfaceId).toBe(cards[0].InterfaceId);
});

test('secondary addresses are taken, moved and given back', async () => {
  const cloud = await dispatchedCloud();
  const UHostId = host(cloud);
  const place = { VPCId: first(cloud, 'VPC'), SubnetId: first(cloud, 'Subnet') };
  const [{ MacAddress: Mac }] = cloud.ok('DescribeInstanceNetworkInterface', { InstanceId: UHostId }).NetworkInterfaceSet;
  const other = card(cloud)['MacAddress'] as string;
  const asked = { ObjectId: UHostId, Mac, ...place };
  expect(cloud.ok('AllocateSecondaryIp', { ...asked, Ip: '10.9.0.77' }).IpInfo).toEqual({
    ...{ Ip: '10.9.0.77', Mac, Gateway: '10.9.0.1', Mask: '255.255.0.0' },
    ...place,
  });
  expect(cloud.call('AllocateSecondaryIp', { ...asked, Ip: '10.9.0.77' }).RetCode).toBe(230);
  expect(cloud.call('AllocateBatchSecondaryIp', { ...asked, 'Ip.0': '10.9.0.78', 'Ip.1': '10.9.0.77' }).RetCode).toBe(230);
  const held = (params = {}) => cloud.ok('DescribeSecondaryIp', { ...place, ...params }).DataSet.map(({ Ip }: { Ip: string }) => Ip);
  expect(held()).toEqual(['10.9.0.77']);
  const given = cloud.ok('AllocateBatchSecondaryIp', { ...asked, Count: 2 }).IpsInfo;
  expect(given).toMatchObject([{ Status: { StatusCode: 'Succeeded' } }, { Status: { StatusCode: 'Succeeded' } }]);
  expect(shown(cloud, UHostId).IPSet.map(({ IP }: { IP: string }) => IP)).toContain(given[1].Ip);
  cloud.ok('MoveSecondaryIPMac', { Ip: '10.9.0.77', OldMac: Mac, NewMac: other, SubnetId: place.SubnetId });
  expect([held({ Mac: other }), held({ Mac }).length]).toEqual([['10.9.0.77'], 2]);
  cloud.ok('DeleteSecondaryIp', { Ip: '10.9.0.77', Mac: other, SubnetId: place.SubnetId });
  cloud.ok('AllocateSecondaryIp', { ...asked, Ip: '10.9.0.77' });
  expect(held()).toHaveLength(3);
});

test('a stopped host is given another address; the old one is leased for a while', async () => {
  const cloud = await dispatchedCloud();
  const UHostId = stoppedHost(cloud);
  const before = shown(cloud, UHostId).IPSet[0].IP;
  cloud.ok('ModifyUHostIP', { UHostId, PresentIpAddress: '10.9.0.99', PreviousIpAddress: before });
  expect(shown(cloud, UHostId).IPSet[0].IP).toBe('10.9.0.99');
  expect(cloud.call('ModifyUHostIP', { UHostId, PresentIpAddress: before }).RetCode).toBe(230);
  later(cloud);
  cloud.ok('ModifyUHostIP', { UHostId, PresentIpAddress: before });
  expect(cloud.call('ModifyUHostIP', { UHostId: host(cloud), PresentIpAddress: '10.9.0.200' }).RetCode).toBe(8010);
});

test('hosts that are gone take the addresses of their load balancers and gateways with them, not those of others', async () => {
  const cloud = await dispatchedCloud();
  const UHostId = host(cloud);
  const EIPId = boundEip(cloud, UHostId);
  cloud.ok('ModifyEIPWeight', { EIPId, Weight: 70 });
  expect(shown(cloud, UHostId).IPSet.at(-1)).toMatchObject({ IPId: EIPId, Weight: 70 });
  expect(cloud.ok('DescribeEIP', { 'EIPIds.0': EIPId }).EIPSet[0]).toMatchObject({ Weight: 70, Resource: { SubResourceType: 'uni' } });
});
