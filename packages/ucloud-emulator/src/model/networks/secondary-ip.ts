import { parseCidr, toIp } from '@nomadctl/base/ipv4';
import { text, required } from '../../params/param.js';
import { invalid } from '../../params/refusal.js';
import type { Subnet } from '../../records/network.js';
import type { Scope } from '../../scope/scope.js';
import { cardsWith, type Card } from './network-interface.js';

export const macParam = () =>
  required(text({ max: 17, pattern: /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i, form: 'a MAC address', example: '52:54:00:00:00:01' }));
export const ipParam = () => text({ max: 15, pattern: /^\d{1,3}(\.\d{1,3}){3}$/, form: 'an IPv4 address', example: '10.9.0.40' });

/** The network interface of a subnet with this MAC. @throws Refusal naming the parameter. */
export function cardByMac(scope: Scope, subnet: string, { mac, name }: { readonly mac: string; readonly name: string }): Card {
  const found = [...cardsWith(scope, { subnet }, false)].find((card) => card.mac === mac.toLowerCase());
  if (!found) throw invalid(name, `no network interface of ${subnet} has it`);
  return found;
}

/** Gives a network interface other addresses besides its own. */
export function putSecondaryIps(scope: Scope, card: Card, secondaryIps: readonly string[]): void {
  if (card.isFirst) scope.put('host', { ...scope.need('host', card.host), secondaryIps });
  else scope.put('networkInterface', { ...scope.need('networkInterface', card.id), secondaryIps });
}

export function secondaryIpsOf({ ips }: Card): readonly string[] {
  return ips.slice(1);
}

export function showSecondaryIp({ id, vpc, cidr }: Subnet, { ip, mac }: { readonly ip: string; readonly mac: string }): object {
  const network = parseCidr(cidr);
  return { Ip: ip, Mac: mac, Gateway: toIp((network?.base ?? 0) + 1), Mask: maskOf(network?.bits ?? 0), SubnetId: id, VPCId: vpc };
}

const maskOf = (bits: number): string => toIp(2 ** 32 - 2 ** (32 - bits));
