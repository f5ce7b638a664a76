import { describe, expect, it, test } from 'vitest';
import type { Params } from '../../../../../test/helpers/emulated-cloud.js';
import { host, natGateway, stoppedHost, subnet, vpc } from '../../helpers/cloud-parts.js';
import { dispatchedCloud, type DispatchedCloud } from '../../helpers/dispatched-cloud.js';

const LEASE_MS = 600_000;

/** A subnet of a network of its own. */
function place(cloud: DispatchedCloud, Netmask = 24): { readonly VPCId: string; readonly SubnetId: string } {
  const VPCId = vpc(cloud);
  return { VPCId, SubnetId: subnet(cloud, VPCId, '192.168.1.0', Netmask) };
}

const take = (cloud: DispatchedCloud, more: Params) => cloud.call('AllocateVIP', { Zone: cloud.zone, ...more });
const free = (cloud: DispatchedCloud, SubnetId: string): number =>
  cloud.ok('DescribeSubnet', { SubnetId, ShowAvailableIPs: 'true' }).DataSet[0].AvailableIPs;

describe('an address of a subnet', () => {
  it.each([
    ['192.168.1.2', 230],
    ['192.168.1.3', 0],
    ['192.168.1.254', 0],
    ['192.168.1.255', 230],
    ['192.168.2.3', 230],
    ['192.168.1', 230],
  ])('may be asked for when it is not reserved: %s', async (Ip, code) => {
    const cloud = await dispatchedCloud();
    const reply = take(cloud, { ...place(cloud), Ip });
    expect(reply.RetCode).toBe(code);
    expect(reply['VIPSet']?.[0].VIP).toBe(code === 0 ? Ip : undefined);
  });

  it('is otherwise the first that is free, whatever holds the others', async () => {
    const cloud = await dispatchedCloud();
    const at = place(cloud);
    take(cloud, { ...at, Ip: '192.168.1.4' });
    const shown = (UHostId: string): string => cloud.ok('DescribeUHostInstance', { 'UHostIds.0': UHostId }).UHostSet[0].IPSet[0].IP;
    expect(shown(host(cloud, at))).toBe('192.168.1.3');
    const { ULBId } = cloud.ok('CreateULB', { InnerMode: 'Yes', ...at });
    expect(cloud.ok('DescribeULB', { ULBId }).DataSet[0].PrivateIP).toBe('192.168.1.5');
    expect(take(cloud, at)['VIPSet'][0].VIP).toBe('192.168.1.6');
  });

  it('is one of all but four', async () => {
    const cloud = await dispatchedCloud();
    const at = place(cloud, 29);
    const { VIPSet } = take(cloud, { ...at, Count: 4 });
    expect(VIPSet.map(({ VIP }: { VIP: string }) => VIP)).toEqual(['192.168.1.3', '192.168.1.4', '192.168.1.5', '192.168.1.6']);
    expect(take(cloud, at)).toMatchObject({ RetCode: 8847 });
  });
});

test('the addresses that are left are counted', async () => {
  const cloud = await dispatchedCloud();
  const at = place(cloud, 29);
  expect(free(cloud, at.SubnetId)).toBe(4);
  take(cloud, at);
  host(cloud, at);
  expect(free(cloud, at.SubnetId)).toBe(2);
  // It sits in the subnet and has no address there.
  cloud.faults.add({ effect: { kind: 'foreign-holder', subnet: at.SubnetId, resource: 'udb-x' } });
  expect(free(cloud, at.SubnetId)).toBe(2);
  take(cloud, { ...at, Count: 2 });
  expect(free(cloud, at.SubnetId)).toBe(0);
});

test('the address of a host that is gone stays taken for a while', async () => {
  const cloud = await dispatchedCloud({ timings: { addressLease: LEASE_MS } });
  const at = place(cloud, 29);
  const UHostId = stoppedHost(cloud, at);
  cloud.ok('TerminateUHostInstance', { UHostId });
  expect(free(cloud, at.SubnetId)).toBe(3);
  expect(cloud.ok('DescribeSubnetResource', { SubnetId: at.SubnetId }).TotalCount).toBe(0);
  expect(take(cloud, { ...at, Ip: '192.168.1.3' })).toMatchObject({ RetCode: 230 });
  expect(take(cloud, at)['VIPSet'][0].VIP).toBe('192.168.1.4');
  cloud.clock.advance(LEASE_MS - 1);
  expect(cloud.call('DeleteSubnet', { SubnetId: at.SubnetId }).RetCode).toBe(4411);
  cloud.clock.advance(1);
  expect(free(cloud, at.SubnetId)).toBe(3);
  expect(take(cloud, { ...at, Ip: '192.168.1.3' })).toMatchObject({ RetCode: 0 });
});

test('or for no time at all', async () => {
  const cloud = await dispatchedCloud({ timings: { addressLease: 0 } });
  const at = place(cloud);
  cloud.ok('TerminateUHostInstance', { UHostId: stoppedHost(cloud, at) });
  expect([...cloud.store.owned('lease', at.SubnetId)]).toEqual([]);
  cloud.ok('DeleteSubnet', { SubnetId: at.SubnetId });
});

test('what sits in another subnet of the VPC does not sit in this one', async () => {
  const cloud = await dispatchedCloud();
  const at = place(cloud, 29);
  const other = subnet(cloud, at.VPCId, '192.168.2.0');
  natGateway(cloud, at.SubnetId);
  cloud.faults.add({ effect: { kind: 'foreign-holder', subnet: at.SubnetId, resource: 'udb-x' } });
  const held = (SubnetId: string) =>
    cloud.ok('DescribeSubnetResource', { SubnetId }).DataSet.map((one: Record<string, string>) => one['ResourceType']);
  expect([held(at.SubnetId), held(other)]).toEqual([['UNATGW', 'UHOST'], []]);
});
