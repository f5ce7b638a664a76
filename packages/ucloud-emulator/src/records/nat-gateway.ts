import type { Resource } from './resource.js';

export interface NatGateway extends Resource {
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly firewall: string;
  readonly whiteListOpen: boolean;
  readonly whiteList: readonly string[];
}

/** A port of the gateway's address that leads to one of a host. */
export interface NatRule extends Resource {
  readonly gateway: string;
  readonly protocol: string;
  readonly eip: string;
  readonly fromPort: string;
  readonly toIp: string;
  readonly toPort: string;
}
