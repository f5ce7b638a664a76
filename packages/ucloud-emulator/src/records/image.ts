import type { Changing, Resource } from './resource.js';

export interface Image extends Resource, Changing<Image> {
  readonly zone: string;
  readonly state: 'Making' | 'Copying' | 'Available' | 'Unavailable';
  readonly size: number;
  readonly osType: string;
  readonly osName: string;
  readonly features: readonly string[];
  readonly baseId: string;
  readonly baseName: string;
  /** The host or image that it is made of, where hosts run. */
  readonly source?: string;
}
