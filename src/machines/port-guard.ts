import { DEFAULT_PORTS, SECURED_PORTS } from '../cluster/agent-ports.js';
import { contains, parseCidr } from '@nomadctl/base/ipv4';

/** A host's own part in who reaches its agents; a cloud's firewall may see only what comes from the internet. */
export interface PortGuard {
  /** Ranges that the cluster's hosts are in. */
  readonly networks: readonly string[];
  /** Ranges that may reach ssh and the APIs; of these a guard needs those that are private. */
  readonly callers: readonly string[];
}

/**
 * Rules of a chain of iptables for what arrives at a host over the network: the first that matches decides, and what none
 * matches gets through. Agents among themselves use ports that only the cluster's networks reach. The APIs and ssh are open to
 * whoever comes from outside, for the cloud's firewall has let those in, and closed to other private networks but for callers.
 * Ports of both profiles are in it: a cluster that becomes secure keeps its hosts.
 */
export function guardRules({ networks, callers }: PortGuard): readonly string[] {
  const neighbours = callers.filter(isPrivate);
  return [
    ...networks.map((network) => `-s ${network} -j RETURN`),
    `-p tcp -m multiport --dports ${AMONG_AGENTS.tcp} -j DROP`,
    `-p udp -m multiport --dports ${AMONG_AGENTS.udp} -j DROP`,
    ...neighbours.map((caller) => `-s ${caller} -j RETURN`),
    ...PRIVATE.map((network) => `-s ${network} -p tcp -m multiport --dports ${FOR_CALLERS} -j DROP`),
  ];
}

const { consulDns, consulRpc, consulSerf, nomadRpc, nomadSerf } = DEFAULT_PORTS;
/** Consul's pool of several datacenters has the port after that of one. */
const consulGossip = `${consulSerf}:${consulSerf + 1}`;
const grpc = `${DEFAULT_PORTS.consulGrpc}:${SECURED_PORTS.consulGrpc}`;
const SSH = 22;

const AMONG_AGENTS = {
  tcp: [consulRpc, consulGossip, grpc, consulDns, nomadRpc, nomadSerf].join(','),
  udp: [consulGossip, consulDns, nomadSerf].join(','),
};
const FOR_CALLERS = [SSH, `${DEFAULT_PORTS.consulHttp}:${SECURED_PORTS.consulHttp}`, DEFAULT_PORTS.nomadHttp].join(',');

/** https://www.rfc-editor.org/rfc/rfc1918: all that networks at a cloud may have. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

function isPrivate(range: string): boolean {
  const inner = parseCidr(range);
  return inner !== undefined && PRIVATE.some((network) => contains(parseCidr(network) ?? inner, inner));
}
