import { choice, required, text } from '../params/param.js';
import { name, neededId } from '../params/shared-params.js';
import { DEFAULT_WEIGHT } from './eip.js';
import type { NatGateway } from '../records/nat-gateway.js';
import { invalid } from '../params/refusal.js';
import type { Scope } from '../scope/scope.js';
import { inSeconds } from '../params/answer-values.js';
import { parseCidr, toIp } from '@nomadctl/base/ipv4';

/** A rule that leads a port of the gateway's address to a host. */
export const natRuleParams = {
  NATGWId: neededId(),
  PolicyName: name(),
  // The terraform provider creates rules with upper-case letters and changes them with lower-case ones.
  Protocol: required(choice('TCP', 'UDP', 'tcp', 'udp')),
  SrcEIPId: neededId(),
  SrcPort: required(text({ min: 1, max: 11, pattern: /^\d{1,5}(-\d{1,5})?$/, form: 'a port or a range of ports', example: '80' })),
  DstIP: required(text({ max: 15, pattern: /^\d{1,3}(\.\d{1,3}){3}$/, form: 'an IPv4 address', example: '10.9.0.10' })),
  DstPort: required(text({ min: 1, max: 11, pattern: /^\d{1,5}(-\d{1,5})?$/, form: 'a port or a range of ports', example: '80' })),
};

export function showGateway(gateway: NatGateway, scope: Scope): object {
  return {
    NATGWId: gateway.id,
    NATGWName: gateway.name,
    Tag: gateway.tag,
    Remark: gateway.remark,
    CreateTime: inSeconds(gateway.created),
    FirewallId: gateway.firewall,
    VPCId: gateway.vpc,
    VPCName: scope.find('vpc', gateway.vpc)?.name ?? '',
    IsSnatpoolEnabled: 'disable',
    PolicyId: scope.owned('natRule', gateway.id).map(({ id }) => id),
    SubnetSet: gateway.subnets.map((id) => showPart(id, scope)),
    IPSet: scope.owned('eip', gateway.id).map((eip) => ({
      EIPId: eip.id,
      Bandwidth: eip.bandwidth,
      // A text here and an integer where addresses are described.
      BandwidthType: eip.shareBandwidth === '' ? 'normal' : 'share',
      Weight: eip.weight ?? DEFAULT_WEIGHT,
      IPResInfo: [{ EIP: eip.ip, OperatorName: eip.operator }],
    })),
  };
}

function showPart(id: string, scope: Scope): object {
  const subnet = scope.find('subnet', id);
  return { SubnetworkId: id, SubnetName: subnet?.name ?? '', Subnet: toIp(parseCidr(subnet?.cidr ?? '')?.base ?? 0) };
}

/** @throws Refusal for a subnet of another VPC. */
export function checkSubnets(scope: Scope, vpc: string, subnets: readonly string[]): void {
  subnets.forEach((id, index) => {
    if (scope.need('subnet', id).vpc !== vpc) throw invalid(`SubnetworkIds.${index}`, `${id} is not in ${vpc}`);
  });
}
