import type { Firewall, FirewallRule } from '../records/firewall.js';
import { invalid } from '../params/refusal.js';
import { concatenated, mapped, type Listing } from '../records/listing.js';
import type { Resource } from '../records/resource.js';
import type { Scope } from '../scope/scope.js';
import { inSeconds } from '../params/answer-values.js';
import { parseCidr } from '@nomadctl/base/ipv4';

/** What a firewall protects. */
export interface Protected {
  readonly id: string;
  readonly type: 'uhost' | 'uni' | 'ulb' | 'natgw';
  readonly name: string;
  readonly ip: string;
  readonly tag: string;
  readonly remark: string;
  /** Of a host. */
  readonly zone?: string;
}

/** Hosts first. */
export function protectedBy(firewall: string, scope: Scope): Listing<Protected> {
  return concatenated<Protected>([
    mapped(scope.select('host', { firewall }), (host) => ({ ...shared(host), type: 'uhost', ip: host.ip, zone: host.zone })),
    mapped(scope.select('networkInterface', { firewall }), (card) => ({ ...shared(card), type: 'uni', ip: card.ip })),
    mapped(scope.select('ulb', { firewall }), (ulb) => ({ ...shared(ulb), type: 'ulb', ip: ulb.ip })),
    mapped(scope.select('natGateway', { firewall }), (gateway) => ({ ...shared(gateway), type: 'natgw', ip: '' })),
  ]);
}

const shared = ({ id, name, tag, remark }: Resource): Pick<Protected, 'id' | 'name' | 'tag' | 'remark'> => ({ id, name, tag, remark });

function findProtected(id: string, scope: Scope): { readonly firewall: string } | undefined {
  return scope.find('host', id) ?? scope.find('networkInterface', id) ?? scope.find('ulb', id) ?? scope.find('natGateway', id);
}

/** The firewall of a host, network interface, load balancer or NAT gateway. */
export function firewallOf(resource: string, scope: Scope): Firewall | undefined {
  const holder = findProtected(resource, scope);
  return holder ? scope.find('firewall', holder.firewall) : undefined;
}

/** The one that is asked for, or UCloud's own for hosts that serve. @throws Refusal */
export function firewallFor(scope: Scope, asked: string | undefined): string {
  if (asked !== undefined) return scope.need('firewall', asked).id;
  return scope.list('firewall').find(({ type }) => type === 'recommend web')?.id ?? '';
}

export function showFirewall(firewall: Firewall, resourceCount: number): object {
  return {
    FWId: firewall.id,
    GroupId: firewall.id,
    Name: firewall.name,
    Tag: firewall.tag,
    Remark: firewall.remark,
    Type: firewall.type,
    ResourceCount: resourceCount,
    CreateTime: inSeconds(firewall.created),
    Rule: firewall.rules.map(showRule),
  };
}

function showRule(rule: FirewallRule): object {
  const [ProtocolType = '', DstPort = '', SrcIP = '', RuleAction = '', Priority = '', Remark = ''] = rule.split('|');
  return { ProtocolType, DstPort, SrcIP, RuleAction, Priority, Remark };
}

/** Most rules of one: https://docs.ucloud.cn/unet/firewall/introduction */
export const MOST_RULES = 1000;

/** @throws Refusal for a rule that is not `PROTOCOL|PORT|CIDR|ACCEPT or DROP|HIGH, MEDIUM or LOW|REMARK`, or is there twice. */
export function checkRules(rules: readonly FirewallRule[]): void {
  const seen = new Set<string>();
  rules.forEach((rule, index) => {
    // Protocol, port, source and action make the rule; its priority does not: https://docs.ucloud.cn/unet/firewall/guide
    const same = rule.split('|').slice(0, 4).join('|');
    const problem = ruleProblem(rule) ?? (seen.has(same) ? 'it is there twice' : undefined);
    if (problem) throw invalid(`Rule.${index}`, problem);
    seen.add(same);
  });
}

const LONGEST_REMARK = 64;

function ruleProblem(rule: FirewallRule): string | undefined {
  const [protocol = '', port = '', source = '', action = '', priority = '', ...rest] = rule.split('|');
  if (!['TCP', 'UDP', 'ICMP', 'GRE'].includes(protocol)) return 'the protocol must be TCP, UDP, ICMP or GRE';
  if (['TCP', 'UDP'].includes(protocol) ? !isPortRange(port) : port !== '')
    return 'the port must be N or N-M for TCP and UDP, and empty for others';
  if (!parseCidr(source.includes('/') ? source : `${source}/32`)) return 'the source must be an address or a network';
  if (!['ACCEPT', 'DROP'].includes(action)) return 'the action must be ACCEPT or DROP';
  if (!['HIGH', 'MEDIUM', 'LOW'].includes(priority)) return 'the priority must be HIGH, MEDIUM or LOW';
  if (rest.length > 1) return 'it has too many parts';
  return (rest[0] ?? '').length > LONGEST_REMARK ? `the remark must have ${LONGEST_REMARK} characters at most` : undefined;
}

function isPortRange(text: string): boolean {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const [from, to] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? match?.[1] ?? 0)];
  return from >= 1 && to <= 65_535 && from <= to;
}
