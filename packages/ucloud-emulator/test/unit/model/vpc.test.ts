import { describe, expect, it, test } from 'vitest';
import type { Params } from '../../../../../test/helpers/emulated-cloud.js';
import { cross, fits } from '../../../src/model/vpc.js';
import { first, host, hostParams, natGateway, routeTable, subnet, vpc } from '../../helpers/cloud-parts.js';
import { dispatchedCloud, type DispatchedCloud } from '../../helpers/dispatched-cloud.js';

const networks = (...all: readonly string[]): Params =>
  Object.fromEntries([['Name', 'net'], ...all.map((network, index) => [`Network.${index}`, network])]) as Record<string, string>;

test.each([
  ['10.0.0.0/8', 0],
  ['10.255.255.248/29', 0],
  ['10.0.0.0/7', 230],
  ['10.0.0.0/30', 230],
  ['172.16.0.0/12', 0],
  ['172.31.0.0/16', 0],
  ['172.32.0.0/16', 230],
  ['172.0.0.0/8', 230],
  ['192.168.0.0/16', 0],
  ['192.168.255.0/24', 0],
  ['192.169.0.0/16', 230],
  ['192.168.0.4/24', 230],
  ['11.0.0.0/8', 230],
])('a VPC may have the network %s: %i', async (network, code) => {
  expect((await dispatchedCloud()).call('CreateVPC', networks(network)).RetCode).toBe(code);
});

test.each([
  [['10.1.0.0/16', '10.2.0.0/16', '192.168.0.0/16'], 0],
  [['10.1.0.0/16', '10.1.0.0/16'], 230],
  [['10.1.8.0/24', '10.1.0.0/16'], 230],
])('a VPC may have the networks %j: %i', async (all, code) => {
  expect((await dispatchedCloud()).call('CreateVPC', networks(...all)).RetCode).toBe(code);
});

test('a network fits into one that is as large, and crosses what it shares an address with; nonsense does neither', () => {
  expect([fits('10.0.0.0/8', '10.0.0.0/8'), fits('10.0.0.0/8', '10.9.0.0/16'), fits('10.9.0.0/16', '10.0.0.0/8')]).toEqual([
    true,
    true,
    false,
  ]);
  expect([cross('10.0.0.0/8', '10.9.0.0/16'), cross('10.9.0.0/16', '10.0.0.0/8'), cross('10.8.0.0/16', '10.9.0.0/16')]).toEqual([
    true,
    true,
    false,
  ]);
  for (const [one, other] of [['10.0.0.0/8', 'x'] as const, ['x', '10.0.0.0/8'] as const])
    expect([fits(one, other), cross(one, other)]).toEqual([false, false]);
});

describe('what is created without a place', () => {
  const shown = (cloud: DispatchedCloud, more: Params) => {
    const { VPCId, SubnetId } = cloud.ok('DescribeULB', { ULBId: cloud.ok('CreateULB', { InnerMode: 'Yes', ...more }).ULBId }).DataSet[0];
    return { VPCId, SubnetId };
  };

  it('is in the default VPC', async () => {
    const cloud = await dispatchedCloud();
    vpc(cloud);
    expect(shown(cloud, {})).toEqual({ VPCId: first(cloud, 'VPC'), SubnetId: first(cloud, 'Subnet') });
  });

  it('is in the first subnet of its VPC, or in the VPC of its subnet', async () => {
    const cloud = await dispatchedCloud();
    const VPCId = vpc(cloud);
    const [one, two] = [subnet(cloud, VPCId), subnet(cloud, VPCId, '192.168.2.0')];
    expect(shown(cloud, { VPCId })).toEqual({ VPCId, SubnetId: one });
    expect(shown(cloud, { SubnetId: two })).toEqual({ VPCId, SubnetId: two });
    expect(shown(cloud, { VPCId, SubnetId: two })).toEqual({ VPCId, SubnetId: two });
  });
});

test('subnets are counted by the network of the VPC that they are in', async () => {
  const cloud = await dispatchedCloud();
  const { VPCId } = cloud.ok('CreateVPC', networks('192.168.0.0/16', '172.16.0.0/16', '10.3.0.0/16'));
  for (const [network, bits] of [
    ['192.168.1.0', 24],
    ['192.168.2.0', 24],
    ['172.16.0.0', 16],
  ] as const)
    subnet(cloud, VPCId, network, bits);
  const [shown] = cloud.ok('DescribeVPC', { 'VPCIds.0': VPCId }).DataSet;
  expect([shown.SubnetCount, ...shown.NetworkInfo.map((one: Record<string, number>) => one['SubnetCount'])]).toEqual([3, 2, 1, 0]);
});

test('a subnet is behind a NAT gateway, and uses a route table, when it is one of theirs', async () => {
  const cloud = await dispatchedCloud();
  const VPCId = vpc(cloud);
  const [one, two] = [subnet(cloud, VPCId), subnet(cloud, VPCId, '192.168.2.0')];
  natGateway(cloud, one);
  const RouteTableId = routeTable(cloud, VPCId);
  cloud.ok('AssociateRouteTable', { RouteTableId, SubnetId: two });
  const shown = (SubnetId: string) => cloud.ok('DescribeSubnet', { SubnetId }).DataSet[0];
  expect([shown(one).HasNATGW, shown(two).HasNATGW]).toEqual([true, false]);
  const { RouteTables } = cloud.ok('DescribeRouteTable', { VPCId });
  const own = RouteTables.find((table: Record<string, number>) => table['RouteTableType'] === 1).RouteTableId;
  expect([shown(one).RouteTableId, shown(two).RouteTableId]).toEqual([own, RouteTableId]);
});

test('an isolation group takes seven hosts in a zone', async () => {
  const cloud = await dispatchedCloud();
  const IsolationGroup = cloud.ok('CreateIsolationGroup', { GroupName: 'apart' }).GroupId;
  const create = (more: Params) => cloud.call('CreateUHostInstance', { ...hostParams(cloud), ...more }).RetCode;
  host(cloud);
  expect([create({ IsolationGroup, MaxCount: 6 }), create({ IsolationGroup, MaxCount: 2 }), create({ IsolationGroup })]).toEqual([
    0, 8095, 0,
  ]);
  expect([create({ IsolationGroup }), create({ IsolationGroup, Zone: 'cn-bj2-03', MaxCount: 7 }), create({})]).toEqual([8095, 0, 0]);
});

test('the network that a VPC may not have is named', async () => {
  const reply = (await dispatchedCloud()).call('CreateVPC', networks('10.1.0.0/16', '8.8.0.0/16'));
  expect(reply.Message).toContain('[Network.1]');
});
