import { parseCidr, toIp } from '@nomadctl/base/ipv4';
import { inSeconds } from '../../params/answer-values.js';
import { invalid, Refusal, retCodes } from '../../params/refusal.js';
import type { Host } from '../../records/host.js';
import { kinds } from '../../records/kinds.js';
import { concatenated, mapped, type Listing } from '../../records/listing.js';
import type { NetworkInterface } from '../../records/network.js';
import type { Scope } from '../../scope/scope.js';

/** A network card: the first one of a host, which is part of the host, or one that was made by itself. */
export interface Card extends Pick<NetworkInterface, 'name' | 'tag' | 'remark' | 'vpc' | 'subnet' | 'mac' | 'firewall' | 'created'> {
  readonly id: string;
  /** Empty while it is in none. */
  readonly host: string;
  readonly isFirst: boolean;
  /** Its own first. */
  readonly ips: readonly string[];
  /** That public addresses are bound to. */
  readonly holder: string;
}

/** The first card of a host is named like it. */
export const firstCardId = (host: string): string => host.replace('uhost-', `${kinds.networkInterface.prefix}-`);

export function firstCard(host: Host): Card {
  const { name, tag, vpc, subnet, mac, firewall, created, id, ip, secondaryIps = [] } = host;
  return {
    ...{ name, tag, remark: '', vpc, subnet, mac, firewall, created, host: id, holder: id },
    id: firstCardId(id),
    isFirst: true,
    ips: [ip, ...secondaryIps],
  };
}

export function cardOf(card: NetworkInterface): Card {
  return { ...card, isFirst: false, ips: [card.ip, ...card.secondaryIps], holder: card.id };
}

/** The card of a resource, where an answer names it beside the resource. */
export const subResource = ({ id, name }: Card): object => ({ SubResourceId: id, SubResourceName: name, SubResourceType: 'uni' });

/** The cards of a host, the first one first. */
export function cardsOf(host: Host, scope: Scope): Card[] {
  return [firstCard(host), ...[...scope.select('networkInterface', { host: host.id })].map(cardOf)];
}

export function findCard(id: string, scope: Scope): Card | undefined {
  const own = scope.find('networkInterface', id);
  if (own) return cardOf(own);
  const host = scope.find('host', id.replace(`${kinds.networkInterface.prefix}-`, `${kinds.host.prefix}-`));
  return host && firstCard(host);
}

/** All cards of a place: those of hosts first. */
export function cardsWith(
  scope: Scope,
  where: { readonly vpc?: string | undefined; readonly subnet?: string | undefined; readonly tag?: string | undefined },
  onlyFirst: boolean,
): Listing<Card> {
  const first = mapped(scope.select('host', where), firstCard);
  return onlyFirst ? first : concatenated([first, mapped(scope.select('networkInterface', where), cardOf)]);
}

/** @throws Refusal where hosts run: they have one network interface there. */
export function checkCards({ machines }: Scope): void {
  if (machines.real) throw new Refusal(retCodes.notWithMachines, 'Hosts on this computer have one network interface with one address');
}

/** @throws Refusal for a first card, which goes where its host goes. */
export function needOwnCard(id: string, scope: Scope): NetworkInterface {
  if (findCard(id, scope)?.isFirst) throw invalid('InterfaceId', `${id} is the first network interface of its host`);
  return scope.need('networkInterface', id);
}

/** @throws Refusal for one that is in a host. */
export function needFreeCard(id: string, scope: Scope): NetworkInterface {
  const card = needOwnCard(id, scope);
  if (card.host !== '') throw new Refusal(retCodes.inUse, `Network interface [${id}] is in use by [${card.host}]`);
  return card;
}

export function showCard(card: Card, scope: Scope): object {
  const network = parseCidr(scope.find('subnet', card.subnet)?.cidr ?? '');
  return {
    InterfaceId: card.id,
    AttachInstanceId: card.host,
    VPCId: card.vpc,
    SubnetId: card.subnet,
    MacAddress: card.mac,
    PrivateIpSet: card.ips,
    Gateway: toIp((network?.base ?? 0) + 1),
    Netmask: String(network?.bits ?? ''),
    Default: card.isFirst,
    Status: card.host === '' ? 0 : 1,
    Name: card.name,
    Remark: card.remark,
    Tag: card.tag,
    CreateTime: inSeconds(card.created),
    EIPIdSet: scope.owned('eip', card.holder).map((eip) => eip.id),
    FirewallIdSet: card.firewall === '' ? [] : [card.firewall],
    EipDirectMode: false,
    EipDirectVersion: 1,
  };
}
