import { expect, test } from 'vitest';
import { first, firewall, host, natGateway } from '../../helpers/cloud-parts.js';
import { dispatchedCloud } from '../../helpers/dispatched-cloud.js';

test.each([
  'TCP|1|0.0.0.0/0|ACCEPT|HIGH',
  'TCP|65535|10.0.0.0/8|DROP|MEDIUM|remark',
  'UDP|1-65535|10.9.0.10|ACCEPT|LOW|',
  'UDP|53-53|10.9.0.10|ACCEPT|LOW|',
  'ICMP||0.0.0.0/0|ACCEPT|HIGH',
  'GRE||0.0.0.0/0|DROP|LOW',
])('%s is a rule', async (rule) => {
  const cloud = await dispatchedCloud();
  expect(cloud.call('CreateFirewall', { Name: 'wall', 'Rule.0': rule })).toMatchObject({ RetCode: 0 });
});

test.each([
  'TCP|0|0.0.0.0/0|ACCEPT|HIGH',
  'TCP|65536|0.0.0.0/0|ACCEPT|HIGH',
  'TCP|22-65536|0.0.0.0/0|ACCEPT|HIGH',
  'TCP|0-22|0.0.0.0/0|ACCEPT|HIGH',
  'TCP|23-22|0.0.0.0/0|ACCEPT|HIGH',
  'TCP|22-|0.0.0.0/0|ACCEPT|HIGH',
  'TCP|22x|0.0.0.0/0|ACCEPT|HIGH',
  'TCP|x22|0.0.0.0/0|ACCEPT|HIGH',
  'TCP|22 23|0.0.0.0/0|ACCEPT|HIGH',
  'UDP||0.0.0.0/0|ACCEPT|HIGH',
  'GRE|22|0.0.0.0/0|ACCEPT|HIGH',
  'tcp|22|0.0.0.0/0|ACCEPT|HIGH',
  'TCP|22|0.0.0.0/33|ACCEPT|HIGH',
  'TCP|22|256.0.0.0|ACCEPT|HIGH',
  'TCP|22||ACCEPT|HIGH',
  'TCP|22|0.0.0.0/0||HIGH',
  'TCP|22|0.0.0.0/0|ACCEPT|',
  'TCP|22|0.0.0.0/0|ACCEPT',
  'TCP',
])('%s is none', async (rule) => {
  const cloud = await dispatchedCloud();
  const reply = cloud.call('CreateFirewall', { Name: 'wall', 'Rule.0': 'ICMP||0.0.0.0/0|ACCEPT|HIGH', 'Rule.1': rule });
  expect(reply).toMatchObject({ RetCode: 230, Message: expect.stringContaining('[Rule.1]') });
});

test('a rule with another priority is the same rule, one with another source or action is not', async () => {
  const cloud = await dispatchedCloud();
  const call = (...rules: readonly string[]) =>
    cloud.call('CreateFirewall', { Name: 'wall', ...Object.fromEntries(rules.map((rule, index) => [`Rule.${index}`, rule])) });
  const rule = 'TCP|22|203.0.113.7/32|ACCEPT|HIGH|';
  expect(call(rule, rule.replace('HIGH', 'LOW'))).toMatchObject({ RetCode: 230, Message: expect.stringContaining('[Rule.1]') });
  expect(call(rule, rule.replace('ACCEPT', 'DROP'), rule.replace('.7/', '.8/'), rule.replace('22', '23'))).toMatchObject({ RetCode: 0 });
});

test('a firewall has a thousand rules, and no more', async () => {
  const cloud = await dispatchedCloud();
  const rules = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`Rule.${index}`, `TCP|${index + 1}|0.0.0.0/0|ACCEPT|HIGH|`]));
  expect(cloud.call('CreateFirewall', { Name: 'wall', ...rules(1000) })).toMatchObject({ RetCode: 0 });
  expect(cloud.call('CreateFirewall', { Name: 'wall', ...rules(1001) })).toMatchObject({ RetCode: 230 });
});

test('a host is behind the firewall that was asked for, or else behind the recommended one of the web', async () => {
  const cloud = await dispatchedCloud();
  const wall = firewall(cloud);
  const protectedBy = (FWId: string): string[] =>
    cloud.ok('DescribeFirewallResource', { FWId }).ResourceSet.map((one: Record<string, string>) => one['ResourceID']);
  const asked = host(cloud, { SecurityGroupId: wall });
  const other = host(cloud);
  const gateway = natGateway(cloud, first(cloud, 'Subnet'));
  const { DataSet } = cloud.ok('DescribeFirewall', { Limit: 100 });
  const web = DataSet.find((one: Record<string, string>) => one['Type'] === 'recommend web').FWId;
  expect([protectedBy(wall), protectedBy(web)]).toEqual([[asked], [other]]);
  cloud.ok('GrantFirewall', { FWId: wall, ResourceType: 'uhost', ResourceId: other });
  cloud.ok('GrantFirewall', { FWId: wall, ResourceType: 'natgw', ResourceId: gateway });
  expect([protectedBy(wall), protectedBy(web)]).toEqual([[asked, other, gateway], []]);
  const wallOf = (ResourceId: string) => cloud.ok('DescribeFirewall', { ResourceId, ResourceType: 'uhost' }).DataSet;
  for (const id of [asked, gateway]) expect(wallOf(id)).toMatchObject([{ FWId: wall }]);
  expect(wallOf('uhost-gone')).toEqual([]);
});
