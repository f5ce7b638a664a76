import type { Resource } from './resource.js';

export interface NatGateway extends Resource {
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly firewall: string;
  readonly whiteListOpen: boolean;
  readonly whiteList: readonly string[];
}

/** Through which of the gateway's addresses a private address goes out. */
export interface SnatRule extends Resource {
  readonly gateway: string;
  readonly sourceIp: string;
  readonly snatIp: string;
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
