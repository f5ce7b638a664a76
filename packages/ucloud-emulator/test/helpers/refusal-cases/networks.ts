import { eip, first, firewall, host, listener, natGateway, routeTable, stoppedHost, subnet, vpc, balancer } from '../cloud-parts.js';
import { casesOf } from './refusal-case.js';

const create = (networks: readonly string[]) =>
  Object.fromEntries([['Name', 'net'], ...networks.map((network, index) => [`Network.${index}`, network])]) as Record<string, string>;
const LEASED = { options: { timings: { addressLease: 86_400_000 } } };

export const networkCases = casesOf([
  ['model/cidr.ts: Params […] not valid: must be a network such as 192.168.0.0/16', 230, (c) => c.call('CreateVPC', create(['10.0.0/8']))],
  ['model/cidr.ts: Params […] not valid: must have no host bits set', 230, (c) => c.call('CreateVPC', create(['10.0.0.1/16']))],
  [
    'model/cidr.ts: Params […] not valid: must be inside of 192.168.0.0/16, 172.16.0.0/12 or 10.0.0.0/8, and at most a /29',
    230,
    (c) => c.call('CreateVPC', create(['8.8.0.0/16'])),
  ],
  [
    'model/cidr.ts: Params […] not valid: must be inside of 192.168.0.0/16, 172.16.0.0/12 or 10.0.0.0/8, and at most a /29',
    230,
    (c) => c.call('CreateVPC', create(['10.0.0.0/30'])),
  ],
  [
    'model/vpc.ts: Params [Network.…] not valid: overlaps another network of the VPC',
    230,
    (c) => c.call('CreateVPC', create(['192.168.0.0/16', '10.8.0.0/16', '10.8.9.0/24'])),
    { says: 'Network.2' },
  ],
  [
    'model/vpc.ts: Params [Network.…] not valid: overlaps another network of the VPC',
    230,
    (c) => c.call('AddVPCNetwork', { VPCId: vpc(c), 'Network.0': '192.168.9.0/24' }),
    { says: 'Network.1' },
  ],
  [
    'model/vpc.ts: Params [VPCId] not valid: there is no default VPC',
    230,
    (c) => {
      const id = first(c, 'VPC');
      c.store.transaction(c.clock.now(), () => c.store.remove('vpc', id));
      return c.call('CreateULB', { OuterMode: 'Yes' });
    },
  ],
  ['model/vpc.ts: Params [SubnetId] not valid: … has no subnet', 230, (c) => c.call('CreateULB', { InnerMode: 'Yes', VPCId: vpc(c) })],
  [
    'model/vpc.ts: Subnet […] is not in VPC […]',
    58002,
    (c) => c.call('CreateULB', { InnerMode: 'Yes', VPCId: vpc(c), SubnetId: first(c, 'Subnet') }),
  ],
  [
    'actions/networks/create-subnet.ts: … is outside of VPC […]',
    58002,
    (c) => c.call('CreateSubnet', { VPCId: vpc(c), Subnet: '10.8.0.0', Netmask: 24 }),
  ],
  [
    'actions/networks/create-subnet.ts: … overlaps subnet […] (…)',
    58002,
    (c) => {
      const VPCId = vpc(c);
      subnet(c, VPCId);
      return c.call('CreateSubnet', { VPCId, Subnet: '192.168.0.0', Netmask: 16 });
    },
  ],
  [
    'actions/networks/update-vpc-network.ts: Subnet […] (…) would be outside of the networks',
    58001,
    (c) => {
      const VPCId = vpc(c);
      subnet(c, VPCId);
      return c.call('UpdateVPCNetwork', { VPCId, 'Network.0': '172.16.0.0/16' });
    },
  ],
  [
    'actions/networks/create-vpc-intercom.ts: A VPC can not be joined with itself',
    58002,
    (c) => {
      const VPCId = vpc(c);
      return c.call('CreateVPCIntercom', { VPCId, DstVPCId: VPCId });
    },
  ],
  [
    'actions/networks/create-vpc-intercom.ts: VPC […] and […] are joined already',
    58001,
    (c) => {
      const pair = { VPCId: vpc(c), DstVPCId: vpc(c, '172.16.0.0/16') };
      c.ok('CreateVPCIntercom', pair);
      return c.call('CreateVPCIntercom', pair);
    },
  ],
  [
    'actions/networks/create-vpc-intercom.ts: Networks of VPC […] and […] overlap',
    58002,
    (c) => c.call('CreateVPCIntercom', { VPCId: vpc(c), DstVPCId: vpc(c, '192.168.8.0/24') }),
  ],
  [
    'actions/networks/delete-vpc-intercom.ts: VPC […] and […] are not joined',
    58103,
    (c) => c.call('DeleteVPCIntercom', { VPCId: vpc(c), DstVPCId: vpc(c, '172.16.0.0/16') }),
  ],
  [
    'scope/scope.ts: Params [Region] not valid: … is not offered',
    230,
    (c) => c.call('CreateVPCIntercom', { VPCId: vpc(c), DstVPCId: 'uvnet-far', DstRegion: 'mars' }),
    { says: 'mars' },
  ],
  ['actions/networks/delete-vpc.ts: The default VPC […] can not be deleted', 58001, (c) => c.call('DeleteVPC', { VPCId: first(c, 'VPC') })],
  ...(
    [
      (c, VPCId) => void subnet(c, VPCId),
      (c, VPCId) => void c.ok('CreateVPCIntercom', { VPCId, DstVPCId: vpc(c, '172.16.0.0/16') }),
      (c, VPCId) => void routeTable(c, VPCId),
    ] as readonly ((c: Parameters<typeof vpc>[0], id: string) => void)[]
  ).map(
    (use) =>
      [
        'actions/networks/delete-vpc.ts: VPC […] is in use by […]',
        58001,
        (c: Parameters<typeof vpc>[0]) => {
          const VPCId = vpc(c);
          use(c, VPCId);
          return c.call('DeleteVPC', { VPCId });
        },
      ] as const,
  ),
  [
    'actions/networks/delete-subnet.ts: Subnet […] is in use by […]',
    4411,
    (c) => {
      host(c);
      return c.call('DeleteSubnet', { SubnetId: first(c, 'Subnet') });
    },
    { says: 'uhost-' },
  ],
  [
    'actions/networks/delete-subnet.ts: Subnet […] is in use',
    4411,
    (c) => {
      c.ok('TerminateUHostInstance', { UHostId: stoppedHost(c) });
      return c.call('DeleteSubnet', { SubnetId: first(c, 'Subnet') });
    },
    LEASED,
  ],
  [
    'actions/networks/delete-subnet.ts: The default subnet […] can not be deleted',
    58001,
    (c) => c.call('DeleteSubnet', { SubnetId: first(c, 'Subnet') }),
  ],
  [
    'model/subnet-holders.ts: Params [PrivateIp] not valid: … is no free address of …',
    230,
    (c) => c.call('AllocateVIP', { VPCId: first(c, 'VPC'), SubnetId: first(c, 'Subnet'), Ip: '10.9.0.1' }),
  ],
  [
    'model/subnet-holders.ts: Params [PrivateIp] not valid: … is in use',
    230,
    (c) => {
      const place = { VPCId: first(c, 'VPC'), SubnetId: first(c, 'Subnet'), Ip: '10.9.0.20' };
      c.ok('AllocateVIP', place);
      return c.call('AllocateVIP', place);
    },
  ],
  [
    'model/subnet-holders.ts: Subnet […] has no free address',
    8847,
    (c) => {
      const VPCId = vpc(c);
      return c.call('AllocateVIP', { VPCId, SubnetId: subnet(c, VPCId, '192.168.1.0', 29), Count: 5 });
    },
  ],
  [
    'model/nat-gateway.ts: Params [SubnetworkIds.…] not valid: … is not in …',
    230,
    (c) =>
      c.call('CreateNATGW', {
        ...{ NATGWName: 'way', FirewallId: firewall(c) },
        ...{ 'SubnetworkIds.0': first(c, 'Subnet'), 'SubnetworkIds.1': subnet(c, vpc(c)) },
      }),
    { says: 'SubnetworkIds.1' },
  ],
  [
    'actions/gateways/create-natgw-policy.ts: Params [SrcEIPId] not valid: … is not bound to …',
    230,
    (c) =>
      c.call('CreateNATGWPolicy', {
        ...{ NATGWId: natGateway(c, first(c, 'Subnet')), Protocol: 'TCP' },
        ...{ SrcEIPId: eip(c), SrcPort: '80', DstIP: '10.9.0.10', DstPort: '80' },
      }),
  ],
  [
    'actions/gateways/associate-route-table.ts: Params [SubnetId] not valid: … is not in …',
    230,
    (c) => c.call('AssociateRouteTable', { RouteTableId: routeTable(c, vpc(c)), SubnetId: first(c, 'Subnet') }),
  ],
  [
    'actions/gateways/delete-route-table.ts: Route table […] is …',
    58001,
    (c) => {
      const VPCId = vpc(c);
      const RouteTableId = routeTable(c, VPCId);
      c.ok('AssociateRouteTable', { RouteTableId, SubnetId: subnet(c, VPCId) });
      return c.call('DeleteRouteTable', { RouteTableId });
    },
    { says: 'is in use by [subnet-' },
  ],
  [
    'actions/gateways/delete-route-table.ts: Route table […] is …',
    58001,
    (c) => {
      const { RouteTables } = c.ok('DescribeRouteTable', { VPCId: vpc(c) });
      return c.call('DeleteRouteTable', { RouteTableId: RouteTables[0].RouteTableId });
    },
    { says: 'is the default one' },
  ],
  ...(
    [
      ['must end in add, update or delete', 'x | 10.8.0.0/16 | instance | uhost-a | 0 | remark | move'],
      ['there is no rule …', 'rtr-gone | 10.8.0.0/16 | instance | uhost-a | 0 | remark | update'],
      ['the second part must be a network', 'x | somewhere | instance | uhost-a | 0 | remark | add'],
    ] as const
  ).map(
    ([why, rule]) =>
      [
        `actions/gateways/modify-route-rule.ts: Params […] not valid: ${why}`,
        230,
        (c: Parameters<typeof vpc>[0]) => c.call('ModifyRouteRule', { RouteTableId: routeTable(c, vpc(c)), 'RouteRule.0': rule }),
        { says: 'RouteRule.0' },
      ] as const,
  ),
  [
    'actions/firewalls/delete-firewall.ts: The recommended firewall […] can not be deleted',
    4358,
    (c) => c.call('DeleteFirewall', { FWId: first(c, 'Firewall') }),
  ],
  [
    'actions/firewalls/delete-firewall.ts: Firewall […] is in use by […]',
    4361,
    (c) => {
      const FWId = firewall(c);
      host(c, { SecurityGroupId: FWId });
      return c.call('DeleteFirewall', { FWId });
    },
  ],
  ...(
    [
      ['SCTP|22|0.0.0.0/0|ACCEPT|HIGH', 'the protocol must be TCP, UDP, ICMP or GRE'],
      ['TCP||0.0.0.0/0|ACCEPT|HIGH', 'the port must be N or N-M for TCP and UDP, and empty for others'],
      ['TCP|30-20|0.0.0.0/0|ACCEPT|HIGH', 'the port must be N or N-M'],
      ['UDP|70000|0.0.0.0/0|ACCEPT|HIGH', 'the port must be N or N-M'],
      ['ICMP|22|0.0.0.0/0|ACCEPT|HIGH', 'the port must be N or N-M'],
      ['TCP|22|everywhere|ACCEPT|HIGH', 'the source must be an address or a network'],
      ['TCP|22|0.0.0.0/0|REJECT|HIGH', 'the action must be ACCEPT or DROP'],
      [`TCP|22|0.0.0.0/0|DROP|LOW|${'x'.repeat(65)}`, 'the remark must have 64 characters at most'],
      ['TCP|22|0.0.0.0/0|DROP|URGENT', 'the priority must be HIGH, MEDIUM or LOW'],
      ['TCP|22|0.0.0.0/0|DROP|LOW|remark|more', 'it has too many parts'],
    ] as const
  ).map(
    ([rule, says]) =>
      [
        'model/firewall.ts: Params [Rule.…] not valid: …',
        230,
        (c: Parameters<typeof vpc>[0]) => c.call('CreateFirewall', { Name: 'wall', 'Rule.0': rule }),
        { says },
      ] as const,
  ),
  [
    'model/load-balancer.ts: Params [VServerId] not valid: … is not of …',
    230,
    (c) => c.call('UpdateVServerAttribute', { ...listener(c), ULBId: balancer(c) }),
  ],
]);
