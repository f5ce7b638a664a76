import type { FirewallRule } from '../../records/firewall.js';

/**
 * What the emulated cloud wants of the computer's network: pure data, worked out from the store.
 *
 * `openNetwork(options)` in `open-network.ts` takes `{ instance, engine, run, isRoot, onBug }`: `instance` is unique for
 * each emulator and stands in the names, labels and chains of whatever it makes; `engine` is `DockerEngine` (engine.ts)
 * and `run` is `RunCommand` (run-command.ts). It returns a `Network`.
 */
export interface NetworkPlan {
  /** Only VPCs that have hosts. */
  readonly vpcs: readonly { readonly id: string; readonly cidrs: readonly string[] }[];
  /** VPC ids, of VPCs that are both in `vpcs`; each pair once. */
  readonly peerings: readonly { readonly a: string; readonly b: string }[];
  /** Hosts with a bound EIP. */
  readonly exposures: readonly Exposure[];
}

export interface Exposure {
  /** As the API answered it. */
  readonly eip: string;
  readonly vpc: string;
  readonly privateIp: string;
  /** Of the host's firewall, as the API spells them. */
  readonly rules: readonly FirewallRule[];
}

export interface Network {
  /** Makes what lacks and removes what is no more. May be called again at any time: calls run one after the other. */
  apply(plan: NetworkPlan, signal?: AbortSignal): Promise<void>;
  /** The docker network that a host of this VPC joins with its private address. Known after `apply` with that VPC. */
  networkOf(vpc: string): string;
  /** Removes whatever this instance has made, and what another process of the same instance left behind. */
  purge(): Promise<void>;
}
