import { parseCidr, sizeOf, toNumber } from '@nomadctl/base/ipv4';
import { concatenated, mapped, type Listing } from '../records/listing.js';
import type { Subnet } from '../records/network.js';
import { invalid, Refusal, retCodes } from '../params/refusal.js';
import type { Scope } from '../scope/scope.js';

/** What sits in a subnet, as DescribeSubnetResource lists it. */
export interface Holder {
  readonly ResourceId: string;
  readonly ResourceType: string;
  readonly Name: string;
  readonly IP: string;
}

/** @param only those of this type, in whatever case; absent: all of them. */
export function holdersOf(subnet: Subnet, scope: Scope, only?: string): Listing<Holder> {
  const shown =
    (ResourceType: string) =>
    ({ id, name, ip = '' }: Held): Holder => ({ ResourceId: id, ResourceType, Name: name, IP: ip });
  const gateways = scope.owned('natGateway', subnet.vpc).filter(({ subnets }) => subnets.includes(subnet.id));
  const foreign = scope.faults.conditions('foreign-holder').filter((holder) => holder.subnet === subnet.id);
  const lists: readonly (readonly [type: string, Listing<Holder>])[] = [
    ['UHOST', mapped<Held, Holder>(scope.select('host', { subnet: subnet.id }), shown('UHOST'))],
    ['UNI', mapped<Held, Holder>(scope.owned('networkInterface', subnet.id), shown('UNI'))],
    ['ULB', mapped<Held, Holder>(scope.owned('ulb', subnet.id), shown('ULB'))],
    ['VIP', mapped<Held, Holder>(scope.owned('vip', subnet.id), shown('VIP'))],
    ['UNATGW', gateways.map(shown('UNATGW'))],
    ...foreign.map(({ resource, resourceType = 'UHOST' }) => [resourceType, [shown(resourceType)({ id: resource, name: '' })]] as const),
  ];
  return concatenated(lists.filter(([type]) => (only ?? type).toUpperCase() === type).map(([, list]) => list));
}

interface Held {
  readonly id: string;
  readonly name: string;
  readonly ip?: string;
}

/** Addresses of hosts that are gone, which the cloud has not let go of yet. */
export function leasesOf(subnet: string, scope: Scope): readonly string[] {
  return scope
    .owned('lease', subnet)
    .filter(({ until }) => until > scope.now)
    .map(({ ip }) => ip);
}

/** Keeps an address taken for a while: what makes a subnet undeletable for about ten minutes after its hosts are gone. */
export function leaseAddress(scope: Scope, { subnet, ip }: { readonly subnet: string; readonly ip: string }): void {
  if (scope.timings.addressLease > 0)
    scope.put('lease', { ...scope.create('lease'), subnet, ip, until: scope.now + scope.timings.addressLease });
}

/** Those that have come to their end hold their addresses no longer. */
function endLeases(scope: Scope, subnet: string): void {
  for (const { id, until } of scope.owned('lease', subnet)) if (until <= scope.now) scope.remove('lease', id);
}

/** Network, gateway and broadcast address, and one that UCloud keeps. */
const RESERVED = 3;

/** @param wanted the address that was asked for. @throws Refusal when it is taken or outside, or none is left. */
export function takeAddress(scope: Scope, subnet: Subnet, wanted?: string): string {
  const network = parseCidr(subnet.cidr) ?? { base: 0, bits: 32 };
  endLeases(scope, subnet.id);
  const taken = scope.addresses(subnet.id);
  const first = network.base + RESERVED;
  const last = network.base + sizeOf(network) - 2;
  if (wanted !== undefined) {
    const number = toNumber(wanted) ?? -1;
    if (number < first || number > last) throw invalid('PrivateIp', `${wanted} is no free address of ${subnet.cidr}`);
    if (taken.has(wanted)) throw invalid('PrivateIp', `${wanted} is in use`);
    return wanted;
  }
  const free = taken.lowestFree(first, last);
  if (free !== undefined) return free;
  throw new Refusal(retCodes.addressesExhausted, `Subnet [${subnet.id}] has no free address`);
}

export function freeAddresses(scope: Scope, subnet: Subnet): number {
  const network = parseCidr(subnet.cidr) ?? { base: 0, bits: 32 };
  const ended = scope.owned('lease', subnet.id).filter(({ until }) => until <= scope.now).length;
  const taken = scope.addresses(subnet.id).size - ended;
  return Math.max(0, sizeOf(network) - RESERVED - 1 - taken);
}
