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
}

export interface ShareBandwidth extends Resource, Charged {
  readonly bandwidth: number;
}
