import type { FirewallRule } from '../../records/firewall.js';

/**
 * What the emulated cloud wants of the computer's network: pure data, worked out from the store.
 *
 * `openNetwork(options)` in `open-network.ts` takes `{ instance, engine, run, isRoot, pool, nameservers, onProblem }`: `instance` is
 * unique for each emulator and stands in the names, labels and chains of whatever it makes; `engine` is `DockerEngine`
 * (engine.ts), `run` is `RunCommand` (run-command.ts) and `pool` the EIPs of this emulator (eip-pool.ts).
 */
export interface NetworkPlan {
  /** Only VPCs that have hosts, with the subnets that those are in: each becomes a bridge, whose gateway is the subnet's first address. */
  readonly vpcs: readonly { readonly id: string; readonly cidrs: readonly string[] }[];
  /** VPC ids, of VPCs that are both in `vpcs`; each pair once. */
  readonly peerings: readonly { readonly a: string; readonly b: string }[];
  /** What can be reached at EIPs. */
  readonly exposures: readonly Exposure[];
  /** Where load balancers listen: servers of this process, at addresses that the network has to let in. */
  readonly balancers: readonly BalancerPort[];
  /** Private addresses and subnets with a way to the internet. Others reach their VPC, its peers and the computer. */
  readonly ways: readonly string[];
}

/** A TCP port at which a load balancer listens. */
export interface BalancerPort {
  /** An EIP, or an address of a subnet. */
  readonly address: string;
  readonly port: number;
  /** Of an inner one: where its address is; hosts of that VPC and its peers reach it. Absent: it is public. */
  readonly inside?: { readonly vpc: string; readonly cidr: string } | undefined;
  /** Of the firewall that is in front of a public one. */
  readonly rules: readonly FirewallRule[];
}

export interface Exposure {
  /** As the API answered it. */
  readonly eip: string;
  readonly vpc: string;
  readonly privateIp: string;
  /** Of the firewall that is in front, as the API spells them. */
  readonly rules: readonly FirewallRule[];
  /** Absent: every port leads to the same one of the host. */
  readonly forward?: Forward | undefined;
}

/** Ports of an EIP that lead to a host: `80`, or `8000-8010`. */
export interface Forward {
  readonly protocol: 'tcp' | 'udp';
  readonly ports: string;
  /** As many as `ports`. */
  readonly to: string;
  /** Every n-th of the connections that no exposure before this one takes. Absent: all of them. */
  readonly every?: number;
}

/**
 * The computer itself is outside of the cloud: it reaches a host at its EIP, on the ports that the firewall accepts from
 * 127.0.0.1, and never at its private address. Hosts reach the computer, where in the cloud a mirror in the VPC would be,
 * and the internet as in the cloud: with an EIP, or through a NAT gateway. They reach each other's EIPs where they send what is for `ALL_EIPS` to
 * their gateway (net.ipv4.conf.all.route_localnet=1; ip route add 127.64.0.0/10 via <gateway> table local); a firewall
 * then sees their private address.
 */
export interface Network {
  /**
   * Makes what lacks and removes what is no more. May be called again at any time: calls run one after the other.
   * What can not be had on this computer (a subnet that overlaps another network) goes to `onProblem`, once, and keeps
   * nothing else from being made. @throws PrerequisiteError when the engine or iptables does not work.
   */
  apply(plan: NetworkPlan, signal?: AbortSignal): Promise<void>;
  /**
   * The docker network that a host joins with its private address. Known after `apply` with its subnet.
   * @throws PrerequisiteError with the reason why the subnet could not be made.
   */
  networkOf(vpc: string, privateIp: string): string;
  /** Why hosts of this VPC could not have the range on this computer; undefined when they can. For answers: it is quick. */
  problemWith(vpc: string, cidr: string): string | undefined;
  /** Removes whatever this instance has made, and what another process of the same instance left behind. */
  purge(): Promise<void>;
  /** Lets go of what ends with this process (forwarders); what serves running hosts stays. */
  close(): Promise<void>;
}
