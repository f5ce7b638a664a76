import { createHash } from 'node:crypto';
import { ConfigError } from '@nomadctl/base/errors';
import { hint } from '@nomadctl/base/hint/hint';
import type { HomeFiles } from '../state/home/home-files.js';

/**
 * What a jump host delivers to a bootstrapper: a file on the volume, 0600. It holds secrets, so that it is never an argument, a
 * variable of the container's, or a part of the image.
 */
export interface Parcel {
  readonly version: 1;
  readonly want: 'up' | 'destroy';
  readonly cluster: string;
  /** Step of `up` after which it ends; absent: the whole of it. */
  readonly until?: string | undefined;
  /** Jobs of the catalogue, deployed in this order once the cluster is up. */
  readonly jobs: readonly string[];
  /** Files of the cluster's folder. Empty: what the volume has stays. */
  readonly files: HomeFiles;
  /** Credentials of a backend of states, which terraform takes from its environment alone. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The same parcel has the same text. */
export function writeParcel(parcel: Parcel): string {
  return `${JSON.stringify(parcel)}\n`;
}

/** In a run's record it says which parcel it worked on. */
export function parcelId(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** @throws ConfigError `parcel-damaged` for half a file, or one of a newer nomadctl */
export function readParcel(text: string): Parcel {
  const found = parse(text);
  if (found?.version === 1 && (found.want === 'up' || found.want === 'destroy')) return found as Parcel;
  throw new ConfigError('what was delivered to the bootstrapper cannot be read', {
    code: 'parcel-damaged',
    why: found === undefined ? 'the delivery was cut off in the middle' : 'it is of another version of nomadctl',
    next: hint`give the command again on the jump host: it delivers once more`,
  });
}

function parse(text: string): Partial<Parcel> | undefined {
  try {
    return JSON.parse(text) as Partial<Parcel>;
  } catch {
    return undefined;
  }
}

/** What a run of the bootstrapper calls itself in its journal. */
export const runTitle = ({ want, cluster }: Pick<Parcel, 'want' | 'cluster'>, id: string): string => `bootstrap ${want} ${cluster} ${id}`;
