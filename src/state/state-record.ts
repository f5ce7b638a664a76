import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { statePlaceOf, type StatePlace } from '../config/state-options.js';
import type { RootName } from '../terraform/root.js';
import type { StateOwner } from './state-owner.js';

/*
 * Where each root's state is by now, whatever the settings want: only `state migrate` may bring it elsewhere, and it must know from where.
 * A root without a record has its state in its folder, or none yet.
 */

const fileOf = ({ paths }: Pick<StateOwner, 'paths'>, root: RootName): string => join(paths.dir, 'terraform', root, 'place.json');

export async function recordedPlace(owner: Pick<StateOwner, 'paths'>, root: RootName): Promise<StatePlace | undefined> {
  try {
    const found = JSON.parse((await readIfThere(fileOf(owner, root))) ?? '') as Readonly<Record<string, unknown>>;
    return statePlaceOf(Object.fromEntries(Object.entries(found).map(([key, value]) => [`state.${key}`, value])));
  } catch {
    return undefined;
  }
}

export async function recordPlace(owner: Pick<StateOwner, 'paths'>, root: RootName, place: StatePlace): Promise<void> {
  const text = `${JSON.stringify(place, null, 2)}\n`;
  if ((await readIfThere(fileOf(owner, root))) !== text) await writeFileAtomic(fileOf(owner, root), text);
}

const leftFile = ({ paths }: Pick<StateOwner, 'paths'>): string => join(paths.dir, 'terraform', 'left-places.json');

/** Where states have been: notes that say where they went stay there for as long as the cluster does. */
export async function leftPlaces(owner: Pick<StateOwner, 'paths'>): Promise<readonly StatePlace[]> {
  try {
    return JSON.parse((await readIfThere(leftFile(owner))) ?? '') as readonly StatePlace[];
  } catch {
    return [];
  }
}

export async function recordLeft(owner: Pick<StateOwner, 'paths'>, place: StatePlace): Promise<void> {
  const before = await leftPlaces(owner);
  if (place.backend === 'local' || before.some((one) => isSamePlace(one, place))) return;
  await writeFileAtomic(leftFile(owner), `${JSON.stringify([...before, place], null, 2)}\n`);
}

/** Whether both mean the same state: by another authority's file it is still the same. */
export function isSamePlace(one: StatePlace, other: StatePlace): boolean {
  if (one.backend !== other.backend) return false;
  if (one.backend === 'local') return true;
  return one.address === other.address && one.bucket === other.bucket;
}
