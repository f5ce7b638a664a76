import { contains, parseCidr, toNumber } from '@nomadctl/base/ipv4';
import type { FirewallRule } from '../../records/firewall.js';

/** A rule of a firewall, taken apart. */
export interface PacketRule {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'gre';
  /** First and last; absent for icmp and gre. */
  readonly ports?: { readonly from: number; readonly to: number };
  /** Absent: from anywhere. */
  readonly source?: string;
  readonly accepts: boolean;
}

const PRIORITIES = ['HIGH', 'MEDIUM', 'LOW'];

/**
 * In the order in which they are to be tried: the first that matches decides, and what none matches is dropped. Higher
 * priorities come first; UCloud does not document which of two rules of one priority wins, here DROP does.
 */
export function inOrder(rules: readonly FirewallRule[]): readonly PacketRule[] {
  return rules
    .map((rule) => {
      const [protocol = '', port = '', source = '', action = '', priority = ''] = rule.split('|');
      const accepts = action === 'ACCEPT';
      const rank = PRIORITIES.indexOf(priority) * 2 + Number(accepts);
      return { rank, rule: { protocol: protocol.toLowerCase() as PacketRule['protocol'], ...portsOf(port), ...sourceOf(source), accepts } };
    })
    .sort((one, other) => one.rank - other.rank)
    .map(({ rule }) => rule);
}

function portsOf(port: string): Pick<PacketRule, 'ports'> {
  if (port === '') return {};
  const [from = '', to = from] = port.split('-');
  return { ports: { from: Number(from), to: Number(to) } };
}

function sourceOf(source: string): Pick<PacketRule, 'source'> {
  return source === '' || source.endsWith('/0') ? {} : { source: source.includes('/') ? source : `${source}/32` };
}

/** Whether a TCP connection from this address to this port gets through. */
export function acceptsTcp(rules: readonly PacketRule[], { from, port }: { readonly from: string; readonly port: number }): boolean {
  const address = { base: toNumber(from) ?? 0, bits: 32 };
  const first = rules.find(({ protocol, ports, source }) => {
    const network = source === undefined ? undefined : parseCidr(source);
    return protocol === 'tcp' && ports && ports.from <= port && port <= ports.to && (!network || contains(network, address));
  });
  return first?.accepts ?? false;
}
