import { describe, expect, it, test } from 'vitest';
import type { Params } from '../../../../../test/helpers/emulated-cloud.js';
import { eip, host, hostParams } from '../../helpers/cloud-parts.js';
import { dispatchedCloud, type DispatchedCloud } from '../../helpers/dispatched-cloud.js';

const allocate = (cloud: DispatchedCloud, more: Params) => cloud.call('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 2, ...more });
const addresses = (cloud: DispatchedCloud): string[] =>
  cloud.ok('DescribeEIP', { Limit: 100 }).EIPSet.map(({ EIPAddr }: { EIPAddr: { IP: string }[] }) => EIPAddr[0]?.IP);

describe('the bandwidth of an address', () => {
  it.each([
    ['Bandwidth', 0, 230],
    ['Bandwidth', 1, 0],
    ['Bandwidth', 10_000, 0],
    ['PostAccurateBandwidth', 10_000, 0],
    ['Traffic', 0, 230],
    ['Traffic', 1, 0],
    ['Traffic', 300, 0],
    ['Traffic', 301, 230],
    ['ShareBandwidth', 0, 0],
    ['ShareBandwidth', 1, 230],
  ])('paid by %s may be %i: %i', async (PayMode, Bandwidth, code) => {
    expect(allocate(await dispatchedCloud(), { PayMode, Bandwidth }).RetCode).toBe(code);
  });

  it('is refused with what it may be', async () => {
    const cloud = await dispatchedCloud();
    const said = (PayMode: string, Bandwidth: number) => allocate(cloud, { PayMode, Bandwidth }).Message;
    expect(said('Traffic', 301)).toContain('must be 1 to 300 with Traffic');
    expect(said('ShareBandwidth', 1)).toContain('must be 0 to 0 with ShareBandwidth');
  });
});

test.each([
  ['cn-bj2', 'Bgp', 0],
  ['cn-bj2', 'BGP', 0],
  ['cn-bj2', 'BGPPro', 230],
  ['cn-bj2', 'International', 230],
  ['hk', 'International', 0],
  ['hk', 'BGPPro', 0],
  ['hk', 'Bgp', 230],
])('region %s has the line %s: %i', async (Region, OperatorName, code) => {
  expect(allocate(await dispatchedCloud(), { Region, OperatorName }).RetCode).toBe(code);
});

test('every address of the pool is given once, but for the first and the last', async () => {
  const cloud = await dispatchedCloud({ publicPool: { base: 0xc6120000, bits: 29 } });
  allocate(cloud, { Count: 6 });
  expect(addresses(cloud).sort()).toEqual([1, 2, 3, 4, 5, 6].map((last) => `198.18.0.${last}`));
  expect(allocate(cloud, {})).toMatchObject({ RetCode: 4207 });
});

test('addresses are unique in the whole cloud, wherever they are', async () => {
  const cloud = await dispatchedCloud({ publicPool: { base: 0xc6120000, bits: 29 } });
  allocate(cloud, { Count: 3 });
  allocate(cloud, { Count: 3, Region: 'cn-sh2' });
  const all = [...addresses(cloud), ...cloud.ok('DescribeEIP', { Region: 'cn-sh2' }).EIPSet.map((one: never) => one['EIPAddr'][0]['IP'])];
  expect(new Set(all).size).toBe(6);
});

test('a resource may have an address of each line; a load balancer may have more', async () => {
  const cloud = await dispatchedCloud({ publicPool: { base: 0xc6120000, bits: 24 } });
  const bind = (EIPId: string, ResourceType: string, ResourceId: string) =>
    cloud.call('BindEIP', { EIPId, ResourceType, ResourceId }).RetCode;
  const server = host(cloud);
  expect([bind(eip(cloud), 'uhost', server), bind(eip(cloud), 'uhost', server)]).toEqual([0, 4154]);
  expect(bind(eip(cloud, { OperatorName: 'BGP' }), 'uhost', server)).toBe(0);
  const { ULBId } = cloud.ok('CreateULB', { OuterMode: 'Yes' });
  expect([bind(eip(cloud), 'ulb', ULBId), bind(eip(cloud), 'ulb', ULBId)]).toEqual([0, 0]);
});

test('an address comes with a host, is free when it is unbound, and may be bound again', async () => {
  const cloud = await dispatchedCloud();
  const asked = { 'NetworkInterface.0.EIP.OperatorName': 'Bgp', 'NetworkInterface.0.EIP.Bandwidth': 3, ChargeType: 'Year', Quantity: 2 };
  const [ResourceId] = cloud.ok('CreateUHostInstance', { ...hostParams(cloud), ...asked, Tag: 'blue' }).UHostIds;
  const shown = () => cloud.ok('DescribeEIP').EIPSet[0];
  const { EIPId, CreateTime, ...rest } = shown();
  expect(rest).toMatchObject({
    Tag: 'blue',
    ChargeType: 'Year',
    Bandwidth: 3,
    Status: 'used',
    Resource: { ResourceID: ResourceId, ResourceType: 'uhost' },
  });
  expect(rest.ExpireTime - CreateTime).toBe(2 * 365 * 86_400);
  cloud.ok('UnBindEIP', { EIPId, ResourceType: 'uhost', ResourceId });
  expect(shown()).toMatchObject({ Status: 'free', Resource: { ResourceID: '', ResourceType: '', EIPId: '' } });
  cloud.ok('BindEIP', { EIPId, ResourceType: 'uhost', ResourceId });
  expect(shown()).toMatchObject({ Status: 'used', Resource: { ResourceType: 'uhost', EIPId } });
});

test('how it is paid may change, and what is too much for that stays as it was', async () => {
  const cloud = await dispatchedCloud();
  const EIPId = eip(cloud, { Bandwidth: 400 });
  const change = (PayMode: string, Bandwidth: number) => cloud.call('SetEIPPayMode', { EIPId, PayMode, Bandwidth }).RetCode;
  expect([change('Traffic', 400), change('Traffic', 300)]).toEqual([230, 0]);
  expect(cloud.ok('DescribeEIP').EIPSet[0]).toMatchObject({ PayMode: 'Traffic', Bandwidth: 300 });
});

test('a quota of addresses counts them', async () => {
  const cloud = await dispatchedCloud();
  cloud.faults.add({ effect: { kind: 'quota', resource: 'eip', limit: 1 } });
  expect([allocate(cloud, {}).RetCode, allocate(cloud, {}).RetCode]).toEqual([0, 4207]);
});
