import type { Changing, Charged, Resource } from './resource.js';

export interface Disk extends Resource, Charged, Changing<Disk> {
  readonly zone: string;
  readonly size: number;
  /** As hosts spell it: CLOUD_SSD. */
  readonly type: string;
  readonly isBoot: boolean;
  readonly status: 'Available' | 'Attaching' | 'InUse' | 'Detaching' | 'Cloning' | 'Failed';
  /** The host, or empty. */
  readonly host: string;
  readonly device: string;
  /** The snapshot that it is made of, where disks are real. */
  readonly source?: string;
}

/** What a disk was at a moment. It outlives the disk. */
export interface Snapshot extends Resource, Changing<Snapshot> {
  readonly zone: string;
  readonly disk: string;
  readonly diskName: string;
  readonly type: string;
  readonly size: number;
  readonly isBoot: boolean;
  /** That the disk was attached to, or empty. */
  readonly host: string;
  readonly status: 'Creating' | 'Normal' | 'Failed';
}
