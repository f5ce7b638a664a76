import { between } from './conntrack-match.js';
import { inOrder } from './firewall-rules.js';
import type { BalancerPort } from './network-plan.js';
import { isSame } from './place.js';
import type { Bridge } from './render-rules.js';

export interface Balanced {
  /** The network that all EIPs are from. */
  readonly pool: string;
  /** The chain that decides who gets through an EIP. */
  readonly eip: string;
  readonly bridges: readonly Bridge[];
  /** Ordered pairs of bridges with a way from the first to the second. */
  readonly ways: readonly (readonly [Bridge, Bridge])[];
  readonly balancers: readonly BalancerPort[];
}

/** Rules for the chains of what leaves the computer, of what comes in, and of EIPs. */
export interface BalancerRules {
  readonly out: readonly string[];
  readonly into: readonly string[];
  readonly verdicts: readonly string[];
}

type Inner = BalancerPort & Required<Pick<BalancerPort, 'inside'>> & { readonly inside: NonNullable<BalancerPort['inside']> };

/** Load balancers are servers of this computer, which is otherwise outside of the cloud: what that takes of its firewall. */
export function balancerRules({ pool, eip, bridges, ways, balancers }: Balanced): BalancerRules {
  const open = balancers.filter(({ inside }) => inside === undefined);
  const inner = balancers.filter((one): one is Inner => one.inside !== undefined);
  const addresses = inner.filter(({ address }, index) => inner.findIndex((other) => other.address === address) === index);
  const near = (place: Inner['inside']): readonly string[] => [
    ...bridges.filter((bridge) => isSame(bridge, place)).map(({ name }) => name),
    ...ways.filter(([, other]) => isSame(other, place)).map(([one]) => one.name),
  ];
  return {
    // It alone comes to hosts from an address that is its own; nobody but hosts reaches an inner one.
    out: [
      ...(open.length === 0 ? [] : bridges.map(({ name }) => `-s ${pool} -o ${name} -j RETURN`)),
      ...addresses.flatMap(({ address, inside }) => [
        ...bridges.filter(({ vpc }) => vpc === inside.vpc).map(({ name }) => `-s ${address}/32 -o ${name} -j RETURN`),
        `-d ${address}/32 -j REJECT --reject-with icmp-net-unreachable`,
      ]),
    ],
    // Ports at which it does not listen must not lead to what listens at all addresses of this computer.
    into: [
      ...open.flatMap(({ address, port }) => {
        const to = `-d ${address}/32 -p tcp -m tcp --dport ${port}`;
        return [`${to} -j ${eip}`, `${to} -j RETURN`];
      }),
      ...addresses.map(({ address }) => `-d ${address}/32 -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN`),
      ...inner.flatMap(({ address, port, inside }) =>
        near(inside).map((name) => `-d ${address}/32 -i ${name} -p tcp -m tcp --dport ${port} -j RETURN`),
      ),
      ...addresses.map(({ address }) => `-d ${address}/32 -j DROP`),
    ],
    verdicts: open.flatMap(verdictsOf),
  };
}

/** The first that matches decides, as for hosts; other ports of the address stay closed. */
function verdictsOf({ address, port, rules }: BalancerPort): string[] {
  const here = between({ eip: address, privateIp: address });
  const own = inOrder(rules).filter(({ protocol, ports }) => protocol === 'tcp' && (!ports || (ports.from <= port && port <= ports.to)));
  return [
    // Connections that are there stay, whatever the rules become.
    `-m conntrack --ctstate RELATED,ESTABLISHED${here} -j RETURN`,
    ...own.map(({ source, accepts }) => {
      const from = source === undefined ? '' : ` --ctorigsrc ${source}`;
      return `-m conntrack --ctproto tcp${from}${here} --ctorigdstport ${port} -j ${accepts ? 'RETURN' : 'DROP'}`;
    }),
  ];
}
