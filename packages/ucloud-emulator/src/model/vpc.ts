import { contains, overlaps, parseCidr, toIp } from '@nomadctl/base/ipv4';
import { privateNetwork } from './cidr.js';
import type { Subnet, Vpc } from '../records/network.js';
import type { RouteTable } from '../records/route-table.js';
import { invalid, Refusal, retCodes } from '../params/refusal.js';
import type { Scope } from '../scope/scope.js';
import { inSeconds } from '../params/answer-values.js';

export function showVpc(vpc: Vpc, scope: Scope): object {
  const subnets = scope.owned('subnet', vpc.id);
  const inside = (network: string): number => subnets.filter(({ cidr }) => fits(network, cidr)).length;
  return {
    VPCId: vpc.id,
    Name: vpc.name,
    Tag: vpc.tag,
    Remark: vpc.remark,
    Network: vpc.networks,
    NetworkInfo: vpc.networks.map((network) => ({ Network: network, SubnetCount: inside(network) })),
    SubnetCount: subnets.length,
    VPCType: vpc.isDefault ? 'DefaultVPC' : 'DefinedVPC',
    CreateTime: inSeconds(vpc.created),
    UpdateTime: inSeconds(vpc.updated),
  };
}

/** Every VPC has one, and its subnets use it until they are given another. */
export function defaultRouteTable(scope: Scope, vpc: string): RouteTable {
  return { ...scope.create('routeTable', { name: 'DefaultRouteTable' }), vpc, isDefault: true, rules: [] };
}

export function fits(outer: string, inner: string): boolean {
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  return a !== undefined && b !== undefined && contains(a, b);
}

export function cross(one: string, other: string): boolean {
  const [a, b] = [parseCidr(one), parseCidr(other)];
  return a !== undefined && b !== undefined && overlaps(a, b);
}

/** @throws Refusal when a network is none that a VPC may have, or two of them overlap. */
export function checkNetworks(networks: readonly string[]): void {
  networks.forEach((network, index) => {
    privateNetwork(network, `Network.${index}`);
    if (networks.slice(0, index).some((before) => cross(before, network)))
      throw invalid(`Network.${index}`, 'overlaps another network of the VPC');
  });
}

export function hasGateway({ id, vpc }: Subnet, scope: Scope): boolean {
  return scope.owned('natGateway', vpc).some(({ subnets }) => subnets.includes(id));
}

export function showSubnet(subnet: Subnet, scope: Scope): object {
  const network = parseCidr(subnet.cidr);
  return {
    SubnetId: subnet.id,
    SubnetName: subnet.name,
    VPCId: subnet.vpc,
    VPCName: scope.find('vpc', subnet.vpc)?.name ?? '',
    Subnet: toIp(network?.base ?? 0),
    // A text here and a number in the request: clients fail on anything else.
    Netmask: String(network?.bits ?? ''),
    Gateway: toIp((network?.base ?? 0) + 1),
    SubnetType: 2,
    Tag: subnet.tag,
    Remark: subnet.remark,
    CreateTime: inSeconds(subnet.created),
    HasNATGW: hasGateway(subnet, scope),
    RouteTableId: subnet.routeTable ?? scope.owned('routeTable', subnet.vpc).find(({ isDefault }) => isDefault)?.id ?? '',
    Zone: '',
  };
}

/** The VPC and subnet that were asked for, or the defaults. @throws Refusal */
export function placeInNetwork(
  scope: Scope,
  { VPCId, SubnetId }: { readonly VPCId?: string | undefined; readonly SubnetId?: string | undefined },
): { readonly vpc: Vpc; readonly subnet: Subnet } {
  const asked = SubnetId === undefined ? undefined : scope.need('subnet', SubnetId);
  const vpc =
    VPCId === undefined
      ? asked
        ? scope.need('vpc', asked.vpc)
        : scope.list('vpc').find(({ isDefault }) => isDefault)
      : scope.need('vpc', VPCId);
  if (!vpc) throw invalid('VPCId', 'there is no default VPC');
  const subnet = asked ?? scope.owned('subnet', vpc.id)[0];
  if (!subnet) throw invalid('SubnetId', `${vpc.id} has no subnet`);
  if (subnet.vpc !== vpc.id) throw new Refusal(retCodes.networkInvalid, `Subnet [${subnet.id}] is not in VPC [${vpc.id}]`);
  return { vpc, subnet };
}
