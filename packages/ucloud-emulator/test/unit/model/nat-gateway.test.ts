import { expect, test } from 'vitest';
import { eip, first, firewall, natGateway, subnet } from '../../helpers/cloud-parts.js';
import { dispatchedCloud } from '../../helpers/dispatched-cloud.js';

/** A gateway with an address, and what a rule of it takes. */
async function scene() {
  const cloud = await dispatchedCloud();
  const SrcEIPId = eip(cloud);
  const { NATGWId } = cloud.ok('CreateNATGW', {
    ...{ NATGWName: 'way', FirewallId: firewall(cloud), 'SubnetworkIds.0': first(cloud, 'Subnet'), 'EIPIds.0': SrcEIPId },
  });
  const rule = { NATGWId, PolicyName: 'web', Protocol: 'TCP', SrcEIPId, SrcPort: '80', DstIP: '10.9.0.10', DstPort: '8080' };
  return { cloud, NATGWId, rule };
}

test.each([
  ['Protocol', ['TCP', 'UDP', 'tcp', 'udp'], ['ICMP']],
  ['SrcPort', ['1', '65535', '80-90'], ['80-', '-90', 'x', '123456', '80-123456', '80-90-', '1 2']],
  ['DstPort', ['1', '65535', '80-90'], ['80-', '-90', 'x', '123456', '80-123456', '80-90-', '1 2']],
  ['DstIP', ['10.9.0.10', '192.168.100.200'], ['10.9.0', 'x10.9.0.1', '10.9.0.1x', '10.9.0.1.2', '1000.9.0.1', 'host']],
])('a rule takes as %s %j, and not %j', async (name, taken, refused) => {
  const { cloud, rule } = await scene();
  const code = (value: string): number => cloud.call('CreateNATGWPolicy', { ...rule, [name]: value }).RetCode;
  expect(taken.map(code)).toEqual(taken.map(() => 0));
  expect(refused.map(code)).toEqual(refused.map(() => 230));
});

test('rules are shown with their gateway', async () => {
  const { cloud, NATGWId, rule } = await scene();
  const { PolicyId } = cloud.ok('CreateNATGWPolicy', rule);
  const { SrcEIPId, ...others } = rule;
  expect(cloud.ok('DescribeNATGWPolicy', { NATGWId }).DataSet).toMatchObject([{ ...others, PolicyId, SrcEIPId }]);
  expect(cloud.ok('DescribeNATGW').DataSet).toMatchObject([{ NATGWId, PolicyId: [PolicyId] }]);
});

test('a gateway with shared bandwidth says so in words', async () => {
  const { cloud, rule } = await scene();
  const { ShareBandwidthId } = cloud.ok('AllocateShareBandwidth', { Name: 'shared', ShareBandwidth: 20 });
  cloud.ok('AssociateEIPWithShareBandwidth', { ShareBandwidthId, 'EIPIds.0': rule.SrcEIPId });
  expect(cloud.ok('DescribeNATGW').DataSet[0].IPSet).toMatchObject([{ EIPId: rule.SrcEIPId, BandwidthType: 'share', Bandwidth: 20 }]);
});

test('a gateway is of the VPC of its subnets, all of them', async () => {
  const cloud = await dispatchedCloud();
  const VPCId = first(cloud, 'VPC');
  const [one, two] = [first(cloud, 'Subnet'), subnet(cloud, VPCId, '10.20.0.0', 16)];
  const id = natGateway(cloud, two);
  const all = { NATGWName: 'way', FirewallId: firewall(cloud), 'SubnetworkIds.0': one, 'SubnetworkIds.1': two };
  const other = cloud.ok('CreateNATGW', all).NATGWId;
  const shown = cloud
    .ok('DescribeNATGW')
    .DataSet.map((gateway: { NATGWId: string; VPCId: string; SubnetSet: readonly { Subnet: string }[] }) => [
      gateway.NATGWId,
      gateway.VPCId,
      gateway.SubnetSet.map(({ Subnet }) => Subnet),
    ]);
  expect(shown).toEqual([
    [id, VPCId, ['10.20.0.0']],
    [other, VPCId, ['10.9.0.0', '10.20.0.0']],
  ]);
});
