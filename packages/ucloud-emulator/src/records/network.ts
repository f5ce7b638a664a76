import type { Resource } from './resource.js';

export interface Vpc extends Resource {
  readonly networks: readonly string[];
  readonly isDefault: boolean;
  readonly updated: number;
}

export interface Subnet extends Resource {
  readonly vpc: string;
  readonly cidr: string;
  readonly isDefault: boolean;
  /** Absent: the VPC's default table. */
  readonly routeTable?: string;
}

/** A private address that stays taken for a while after its host is gone. */
export interface Lease extends Resource {
  readonly subnet: string;
  readonly ip: string;
  readonly until: number;
}

export interface Vip extends Resource {
  readonly zone: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly ip: string;
}

export interface Peering extends Resource {
  readonly vpc: string;
  readonly peerVpc: string;
  readonly peerRegion: string;
  readonly peerProject: string;
}

/** A network card that was made by itself: it can be moved between hosts. The first one of a host is part of the host. */
export interface NetworkInterface extends Resource {
  readonly vpc: string;
  readonly subnet: string;
  readonly ip: string;
  readonly secondaryIps: readonly string[];
  readonly mac: string;
  /** The firewall, or empty. */
  readonly firewall: string;
  /** The host, or empty. */
  readonly host: string;
}
