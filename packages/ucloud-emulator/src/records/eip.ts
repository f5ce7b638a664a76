import type { Charged, Resource } from './resource.js';

export interface Eip extends Resource, Charged {
  readonly ip: string;
  readonly operator: string;
  readonly bandwidth: number;
  readonly payMode: string;
  /** Both empty while it is free. */
  readonly resourceType: string;
  readonly resource: string;
  readonly shareBandwidth: string;
  /** The heaviest one of a resource is its way out. Absent: 50. */
  readonly weight?: number;
}

export interface ShareBandwidth extends Resource, Charged {
  readonly bandwidth: number;
}

/** More bandwidth for one address, for a while. */
export interface BandwidthPackage extends Resource {
  readonly eip: string;
  readonly bandwidth: number;
  /** Milliseconds of the cloud's clock. */
  readonly from: number;
  readonly until: number;
}
