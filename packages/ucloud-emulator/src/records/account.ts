import type { Resource } from './resource.js';

/** Its key is the name. */
export interface Label extends Resource {
  readonly value: string;
  readonly resources: readonly string[];
}

/** Keeps the clock, the accounts and the seeded places: not a resource of anybody's. */
export interface Setting extends Resource {
  readonly value: unknown;
}
