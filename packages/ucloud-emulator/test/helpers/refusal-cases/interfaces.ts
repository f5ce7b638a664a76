import { eip, first, firewall, host, natGateway, stoppedHost, subnet, vpc } from '../cloud-parts.js';
import type { DispatchedCloud } from '../dispatched-cloud.js';
import { casesOf } from './refusal-case.js';

const REAL = { options: { limits: { real: true } } };
const NOWHERE = '52:54:00:00:00:00';

/** A network interface of the default subnet. */
function card(c: DispatchedCloud, more: object = {}): string {
  const place = { VPCId: first(c, 'VPC'), SubnetId: first(c, 'Subnet') };
  return c.ok('CreateNetworkInterface', { ...place, ...more }).NetworkInterface.InterfaceId;
}

/** The first one of a host: it, and its MAC. */
function firstCard(c: DispatchedCloud): { readonly InterfaceId: string; readonly MacAddress: string } {
  return c.ok('DescribeInstanceNetworkInterface', { InstanceId: host(c) }).NetworkInterfaceSet[0];
}

function attached(c: DispatchedCloud): { readonly InterfaceId: string; readonly InstanceId: string } {
  const asked = { InterfaceId: card(c), InstanceId: host(c) };
  c.ok('AttachNetworkInterface', asked);
  return asked;
}

/** A NAT gateway with an address, and a host behind it. */
function gateway(c: DispatchedCloud): { readonly NATGWId: string; readonly SnatIp: string; readonly SourceIp: string } {
  const [EIPId, SubnetId] = [eip(c), first(c, 'Subnet')];
  const NATGWId = natGateway(c, SubnetId);
  c.ok('BindEIP', { EIPId, ResourceType: 'natgw', ResourceId: NATGWId });
  const [{ IPSet }] = c.ok('DescribeUHostInstance', { 'UHostIds.0': host(c) }).UHostSet;
  return { NATGWId, SourceIp: IPSet[0].IP, SnatIp: c.ok('DescribeEIP', { 'EIPIds.0': EIPId }).EIPSet[0].EIPAddr[0].IP };
}

/** Network interfaces, their addresses, and the ways out. */
export const interfaceCases = casesOf([
  [
    'model/networks/network-interface.ts: Hosts on this computer have one network interface with one address',
    58006,
    (c) => c.call('CreateNetworkInterface', { VPCId: first(c, 'VPC'), SubnetId: first(c, 'Subnet') }),
    REAL,
  ],
  [
    'model/networks/network-interface.ts: Network interface […] is in use by […]',
    58001,
    (c) => c.call('DeleteNetworkInterface', { InterfaceId: attached(c).InterfaceId }),
  ],
  [
    'model/networks/network-interface.ts: Params [InterfaceId] not valid: … is the first network interface of its host',
    230,
    (c) => c.call('DeleteNetworkInterface', { InterfaceId: firstCard(c).InterfaceId }),
  ],
  [
    'actions/network-interfaces/attach-network-interface.ts: Params [InstanceId] not valid: … is not in …',
    230,
    (c) => {
      const VPCId = vpc(c);
      return c.call('AttachNetworkInterface', { InterfaceId: card(c, { VPCId, SubnetId: subnet(c, VPCId) }), InstanceId: host(c) });
    },
  ],
  [
    'actions/network-interfaces/detach-network-interface.ts: Params [InstanceId] not valid: … is not in …',
    230,
    (c) => c.call('DetachNetworkInterface', { InterfaceId: card(c), InstanceId: host(c) }),
  ],
  [
    'model/networks/secondary-ip.ts: Params […] not valid: no network interface of … has it',
    230,
    (c) => c.call('AllocateSecondaryIp', { ObjectId: 'uhost-a', Mac: NOWHERE, SubnetId: first(c, 'Subnet') }),
    { says: '[Mac]' },
  ],
  [
    'actions/network-interfaces/delete-secondary-ip.ts: Params [Ip] not valid: … is no secondary address of …',
    230,
    (c) => c.call('DeleteSecondaryIp', { Ip: '10.9.9.9', Mac: firstCard(c).MacAddress, SubnetId: first(c, 'Subnet') }),
  ],
  [
    'actions/network-interfaces/move-secondary-ip-mac.ts: Params [Ip] not valid: … is no secondary address of …',
    230,
    (c) => c.call('MoveSecondaryIPMac', { Ip: '10.9.9.9', OldMac: firstCard(c).MacAddress, NewMac: NOWHERE, SubnetId: first(c, 'Subnet') }),
  ],
  [
    'actions/hosts/modify-uhost-ip.ts: Params [PreviousIpAddress] not valid: … has …',
    230,
    (c) => c.call('ModifyUHostIP', { UHostId: stoppedHost(c), PresentIpAddress: '10.9.0.99', PreviousIpAddress: '10.9.0.98' }),
  ],
  [
    'model/networks/snat-rule.ts: Params [SnatIp] not valid: … is not bound to …',
    230,
    (c) => c.call('AddSnatRule', { ...gateway(c), SnatIp: '198.18.9.9' }),
  ],
  [
    'model/networks/snat-rule.ts: Params [SourceIp] not valid: no host of the subnets of … has …',
    230,
    (c) => c.call('AddSnatRule', { ...gateway(c), SourceIp: '10.9.9.9' }),
  ],
  ['model/networks/snat-rule.ts: NAT gateway […] has no SNAT rule for […]', 54002, (c) => c.call('DeleteSnatRule', gateway(c))],
  [
    'actions/snat/add-snat-rule.ts: NAT gateway […] has a SNAT rule for […] already',
    58001,
    (c) => {
      const asked = gateway(c);
      c.ok('AddSnatRule', asked);
      return c.call('AddSnatRule', asked);
    },
  ],
  [
    'actions/firewalls/disassociate-firewall.ts: Params [ResourceId] not valid: … is not behind …',
    230,
    (c) =>
      c.call('DisassociateFirewall', {
        ...{ FWId: firewall(c), ResourceType: 'ULB' },
        ResourceId: c.ok('CreateULB', { OuterMode: 'Yes' }).ULBId,
      }),
  ],
]);
