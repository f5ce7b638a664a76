import { expect, test } from 'vitest';
import { balancer, eip, first, firewall, routeTable, vpc } from '../../helpers/cloud-parts.js';
import { dispatchedCloud, type DispatchedCloud } from '../../helpers/dispatched-cloud.js';

const vip = (cloud: DispatchedCloud): string =>
  cloud.ok('AllocateVIP', { VPCId: first(cloud, 'VPC'), SubnetId: first(cloud, 'Subnet') }).VIPSet[0].VIPId;

test.each([
  ['UpdateULBAttribute', 'ULBId', 'ulb', balancer],
  ['UpdateVIPAttribute', 'VIPId', 'vip', vip],
  ['UpdateRouteTableAttribute', 'RouteTableId', 'routeTable', (cloud: DispatchedCloud) => routeTable(cloud, vpc(cloud))],
  ['UpdateFirewallAttribute', 'FWId', 'firewall', firewall],
  ['UpdateEIPAttribute', 'EIPId', 'eip', eip],
] as const)('%s changes what it names, and keeps the rest', async (action, parameter, kind, make) => {
  const cloud = await dispatchedCloud();
  const id = make(cloud);
  const shown = () => {
    const { name, tag, remark } = cloud.store.get(kind, id) ?? {};
    return [name, tag, remark];
  };
  cloud.ok(action, { [parameter]: id, Name: 'one', Tag: 'blue', Remark: 'first' });
  expect(shown()).toEqual(['one', 'blue', 'first']);
  cloud.ok(action, { [parameter]: id, Name: 'two' });
  expect(shown()).toEqual(['two', 'blue', 'first']);
  cloud.ok(action, { [parameter]: id, Tag: 'green' });
  expect(shown()).toEqual(['two', 'green', 'first']);
  cloud.ok(action, { [parameter]: id, Remark: 'last' });
  expect(shown()).toEqual(['two', 'green', 'last']);
  expect(cloud.call(action, { [parameter]: `${id}-gone`, Name: 'x' }).Message).toContain('not exists');
});
