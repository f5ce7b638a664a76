import { balancerRules } from './balancer-rules.js';
import { between } from './conntrack-match.js';
import { inOrder, type PacketRule } from './firewall-rules.js';
import type { Names } from './names.js';
import type { BalancerPort, Exposure } from './network-plan.js';

/** A bridge that is there. */
export interface Bridge {
  readonly vpc: string;
  readonly cidr: string;
  readonly name: string;
}

export interface RuleSet {
  readonly names: Names;
  /** The network that all EIPs of this emulator are from. */
  readonly pool: string;
  readonly bridges: readonly Bridge[];
  readonly peerings: readonly { readonly a: string; readonly b: string }[];
  readonly exposures: readonly Exposure[];
  readonly balancers: readonly BalancerPort[];
  /** See NetworkPlan. */
  readonly ways: readonly string[];
  /** Reached from everywhere, as the cloud's own are. */
  readonly nameservers: readonly string[];
}

/** A line in a chain of the system that jumps to a chain of the emulator. */
export interface Hook {
  readonly table: 'filter' | 'nat';
  /** As iptables-save prints it, after `-A`. */
  readonly line: string;
}

export const OUR_CHAINS = { filter: ['OUT', 'IN', 'EIP', 'FWD', 'VPC'], nat: ['PRE', 'DST', 'SRC'] } as const;

/** What is hooked in. Docker keeps DOCKER-USER, before its own rules, for others: https://docs.docker.com/engine/network/packet-filtering-firewalls/ */
export function hooksOf({ chain, comment }: Names): readonly Hook[] {
  const hook = (table: Hook['table'], from: string, part: string): Hook => ({
    table,
    line: `${from} -m comment --comment "${comment}" -j ${chain(part)}`,
  });
  return [
    hook('filter', 'OUTPUT', 'OUT'),
    hook('filter', 'INPUT', 'IN'),
    hook('filter', 'DOCKER-USER', 'FWD'),
    hook('nat', 'OUTPUT', 'DST'),
    hook('nat', 'PREROUTING', 'PRE'),
    hook('nat', 'POSTROUTING', 'SRC'),
  ];
}

/** The text for `iptables-restore --noflush`: each table changes as a whole. `present` are the hooks that are there and are put first again. */
export function renderRules(set: RuleSet, present: readonly Hook[] = []): string {
  return ['filter', 'nat']
    .map((table) => {
      const hooks = hooksOf(set.names).filter((hook) => hook.table === table);
      return [
        `*${table}`,
        ...OUR_CHAINS[table as Hook['table']].map((part) => `:${set.names.chain(part)} - [0:0]`),
        ...present.filter((hook) => hook.table === table).map(({ line }) => `-D ${line}`),
        ...hooks.map(({ line }) => `-I ${line}`),
        ...(table === 'filter' ? filterRules(set) : natRules(set)),
        'COMMIT',
        '',
      ].join('\n');
    })
    .join('');
}

/** Removes the emulator's chains and all jumps to them. */
export function renderRemoval(names: Names, present: { readonly hooks: readonly Hook[]; readonly chains: readonly Chain[] }): string {
  return (['filter', 'nat'] as const)
    .map((table) => {
      const hooks = present.hooks.filter((hook) => hook.table === table);
      const chains = present.chains.filter((chain) => chain.table === table);
      if (hooks.length + chains.length === 0) return '';
      return [
        `*${table}`,
        ...hooks.map(({ line }) => `-D ${line}`),
        ...chains.map(({ name }) => `-F ${name}`),
        ...chains.map(({ name }) => `-X ${name}`),
        'COMMIT',
        '',
      ].join('\n');
    })
    .join('');
}

export interface Chain {
  readonly table: 'filter' | 'nat';
  readonly name: string;
}

/** Before the nat table sees a connection nothing tells whom it is for: the connection's own record (conntrack) does, in both directions. */
function filterRules({ names, pool, bridges, exposures, balancers, ...set }: RuleSet): string[] {
  const [out, into, eip, forward, vpc] = OUR_CHAINS.filter.map(names.chain) as [string, string, string, string, string];
  const throughEip = `-m conntrack --ctorigdst ${pool} -j ${eip}`;
  const balanced = balancerRules({ pool, eip, bridges, balancers, ways: connected(bridges, set.peerings) });
  return [
    `-A ${out} ${throughEip}`,
    ...balanced.out.map((rule) => `-A ${out} ${rule}`),
    // Private addresses belong to the cloud: the computer is outside of it.
    ...bridges.map(
      ({ name }) => `-A ${out} -o ${name} -m conntrack --ctstate NEW ! --ctorigdst ${pool} -j REJECT --reject-with icmp-net-unreachable`,
    ),
    ...balanced.into.map((rule) => `-A ${into} ${rule}`),
    // route_localnet would let a host reach what listens on the computer's loopback only (CVE-2020-8558).
    ...bridges.map(({ name }) => `-A ${into} -d 127.0.0.0/8 -i ${name} -m conntrack ! --ctstate RELATED,ESTABLISHED -j DROP`),
    `-A ${into} ${throughEip}`,
    // Connections that are there stay, whatever the rules become: https://docs.ucloud.cn/unet/faq/firewall
    ...exposures.map((exposure) => `-A ${eip} -m conntrack --ctstate RELATED,ESTABLISHED${between(exposure)} -j RETURN`),
    ...exposures.flatMap((exposure) => inOrder(exposure.rules).map((rule) => `-A ${eip} ${verdict(exposure, rule)}`)),
    ...balanced.verdicts.map((rule) => `-A ${eip} ${rule}`),
    `-A ${eip} -j DROP`,
    // From host to host through an EIP: outside of all VPCs, so a peering is not asked for.
    `-A ${forward} ${throughEip}`,
    `-A ${forward} -m conntrack --ctorigdst ${pool} -j ACCEPT`,
    ...connected(bridges, set.peerings).map(([one, other]) => `-A ${forward} -i ${one.name} -o ${other.name} -j ACCEPT`),
    ...bridges.map(({ name }) => `-A ${forward} -i ${name} ! -o ${name} -j ${vpc}`),
    ...bridges.map(({ name }) => `-A ${forward} ! -i ${name} -o ${name} -m conntrack ! --ctstate RELATED,ESTABLISHED -j DROP`),
    // Whatever the state: a peering that goes takes its connections with it.
    ...bridges.map(({ name }) => `-A ${vpc} -o ${name} -j DROP`),
    ...wayOut(set).map((rule) => `-A ${vpc} ${rule}`),
  ];
}

/** Who leaves for where no host is. At once, unlike what is closed from outside: there is no route. */
function wayOut({ ways, nameservers }: Pick<RuleSet, 'ways' | 'nameservers'>): string[] {
  const names = nameservers.flatMap((server) => ['udp', 'tcp'].map((protocol) => `-d ${server}/32 -p ${protocol} --dport 53`));
  return [
    // A port of this computer's behind which a container is.
    '-m conntrack --ctstate DNAT -j RETURN',
    ...names.map((match) => `${match} -j RETURN`),
    ...ways.map((source) => `-s ${source} -j RETURN`),
    '-j REJECT --reject-with icmp-net-unreachable',
  ];
}

function verdict(exposure: Exposure, { protocol, ports, source, accepts }: PacketRule): string {
  const from = source === undefined ? '' : ` --ctorigsrc ${source}`;
  const port = ports ? ` --ctorigdstport ${ports.from === ports.to ? ports.from : `${ports.from}:${ports.to}`}` : '';
  return `-m conntrack --ctproto ${protocol}${from}${between(exposure)}${port} -j ${accepts ? 'RETURN' : 'DROP'}`;
}

function natRules({ names, pool, bridges, peerings, exposures, balancers }: RuleSet): string[] {
  const [before, destination, source] = OUR_CHAINS.nat.map(names.chain) as [string, string, string];
  return [
    // From hosts only: loopback addresses must not be reached from the computer's neighbours.
    ...bridges.map(({ name }) => `-A ${before} -i ${name} -j ${destination}`),
    // All ports: which of them get through is for the filter to say, when a connection begins.
    ...exposures.map((exposure) => `-A ${destination} -d ${exposure.eip} ${redirected(exposure)}`),
    // Answers must come back this way, also those of a neighbour.
    ...bridges.map(({ name }) => `-A ${source} -o ${name} -m conntrack --ctorigdst ${pool} -j MASQUERADE`),
    // A public load balancer comes to its backends from its own address, which is a loopback one here.
    ...(balancers.some(({ inside }) => inside === undefined)
      ? bridges.map(({ name }) => `-A ${source} -s ${pool} -o ${name} -j MASQUERADE`)
      : []),
    // Within a VPC and between peers hosts see each other's addresses. Docker would put the computer's in their place.
    ...connected(bridges, peerings).map(([one, other]) => `-A ${source} -s ${one.cidr} -d ${other.cidr} -j ACCEPT`),
  ];
}

function redirected({ privateIp, forward }: Exposure): string {
  if (!forward) return `-j DNAT --to-destination ${privateIp}`;
  const { protocol, ports, to, every = 1 } = forward;
  const turn = every > 1 ? ` -m statistic --mode nth --every ${every} --packet 0` : '';
  return `-p ${protocol} --dport ${ports.replace('-', ':')}${turn} -j DNAT --to-destination ${privateIp}${to === ports ? '' : `:${to}`}`;
}

/** Ordered pairs of bridges with a way from the first to the second. */
function connected(bridges: readonly Bridge[], peerings: RuleSet['peerings']): (readonly [Bridge, Bridge])[] {
  const isPair = (x: string, y: string): boolean => x === y || peerings.some(({ a, b }) => (a === x && b === y) || (a === y && b === x));
  return bridges.flatMap((one) =>
    bridges.filter((other) => other !== one && isPair(one.vpc, other.vpc)).map((other) => [one, other] as const),
  );
}
