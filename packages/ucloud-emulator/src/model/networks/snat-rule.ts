import { text, required } from '../../params/param.js';
import { invalid, Refusal } from '../../params/refusal.js';
import { kinds } from '../../records/kinds.js';
import type { NatGateway, SnatRule } from '../../records/nat-gateway.js';
import type { Scope } from '../../scope/scope.js';
import { hostsOf } from './gateway-hosts.js';

const ip = () => text({ max: 15, pattern: /^\d{1,3}(\.\d{1,3}){3}$/, form: 'an IPv4 address', example: '10.9.0.10' });
export const snatParams = { SourceIp: required(ip()), SnatIp: required(ip()), Name: text({ min: 1, max: 63 }) };
export const snatFilter = { SourceIp: ip(), SnatIp: ip() };

/** @throws Refusal for an address that is none of the gateway's, or nobody's in its subnets. */
export function checkSnat(
  scope: Scope,
  gateway: NatGateway,
  { SourceIp, SnatIp }: { readonly SourceIp: string; readonly SnatIp: string },
): void {
  if (!scope.owned('eip', gateway.id).some((eip) => eip.ip === SnatIp)) throw invalid('SnatIp', `${SnatIp} is not bound to ${gateway.id}`);
  if (!subnetOf(scope, gateway, SourceIp)) throw invalid('SourceIp', `no host of the subnets of ${gateway.id} has ${SourceIp}`);
}

export function subnetOf(scope: Scope, gateway: NatGateway, address: string): string | undefined {
  return [...hostsOf(gateway, scope)].find((host) => host.ip === address)?.subnet;
}

/** @throws Refusal */
export function needSnatRule(scope: Scope, gateway: string, sourceIp: string): SnatRule {
  scope.need('natGateway', gateway);
  const rule = scope.owned('snatRule', gateway).find((one) => one.sourceIp === sourceIp);
  if (!rule) throw new Refusal(kinds.snatRule.notFound, `NAT gateway [${gateway}] has no SNAT rule for [${sourceIp}]`);
  return rule;
}
