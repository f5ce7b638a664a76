import type { Changing, Charged, Resource } from './resource.js';

export interface Disk extends Resource, Charged, Changing<Disk> {
  readonly zone: string;
  readonly size: number;
  /** As hosts spell it: CLOUD_SSD. */
  readonly type: string;
  readonly isBoot: boolean;
  readonly status: 'Available' | 'Attaching' | 'InUse' | 'Detaching';
  /** The host, or empty. */
  readonly host: string;
  readonly device: string;
}
