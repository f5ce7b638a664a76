import { chmod, rename } from 'node:fs/promises';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { resourcesOf, readableState } from '../terraform/inventory.js';
import { rootNames, rootOf, type Root, type RootName } from '../terraform/root.js';
import { openBackend } from './backend/open-backend.js';
import { placeTitle } from './backend/place-title.js';
import { isSamePlace, recordedPlace, recordPlace } from './state-record.js';
import type { StateContext, StateOwner } from './state-owner.js';

/** A root of a cluster with the backend that the settings give it. Asks nobody. @throws what `openBackend` throws */
export function keptRoot(ctx: StateContext, owner: StateOwner, name: RootName): Root {
  const backend = openBackend(ctx, owner, name);
  return { ...rootOf(owner.paths, name), ...(backend ? { backend } : {}) };
}

/**
 * The same for whoever works with the root: its state has to be where the settings want it.
 * @throws PrerequisiteError `state-elsewhere` until `state migrate` has brought it there
 */
export async function workRoot(ctx: StateContext, owner: StateOwner, name: RootName): Promise<Root> {
  const root = keptRoot(ctx, owner, name);
  const where = await whereIs(owner, name);
  if (!isSamePlace(where, owner.place)) {
    if (await isInUse(ctx, owner, { name, where })) {
      throw new PrerequisiteError(`the state of the ${name} is not where the settings of cluster ${owner.name} say`, {
        code: 'state-elsewhere',
        why: `they say ${placeTitle(owner.place)}, and it is kept on ${placeTitle(where)}`.replace('on http', 'at http'),
        next: nomadctl`state migrate ${owner.name}`,
      });
    }
  }
  if (root.backend) await putAside(root);
  // From now on a change of the settings alone moves nothing.
  if (root.backend || (await recordedPlace(owner, name))) await recordPlace(owner, name, owner.place);
  return root;
}

/** Terraform asks what to do with a state that lies in the root's folder, though nothing is in it, as after everything was destroyed. */
async function putAside({ state }: Root): Promise<void> {
  if (!(await readIfThere(state))?.trim()) return;
  await rename(state, `${state}.before`);
  await chmod(`${state}.before`, 0o600);
}

/** Before the settings want another place: what has a state in the one of now is known to have it there. */
export async function rememberPlaces(owner: StateOwner): Promise<void> {
  if (owner.place.backend === 'local') return;
  for (const name of rootNames) if (!(await recordedPlace(owner, name))) await recordPlace(owner, name, await whereIs(owner, name));
}

/** Where a root's state is kept by now. One that lies in the root's folder counts, whatever was recorded. */
export async function whereIs(owner: StateOwner, name: RootName): Promise<StateOwner['place']> {
  const local = { ...owner.place, backend: 'local' };
  if (hasAny(await readIfThere(rootOf(owner.paths, name).state))) return local;
  return (await recordedPlace(owner, name)) ?? owner.place;
}

async function isInUse(
  ctx: StateContext,
  owner: StateOwner,
  { name, where }: { name: RootName; where: StateOwner['place'] },
): Promise<boolean> {
  if (where.backend === 'local') return true;
  return hasAny(await openBackend(ctx, { ...owner, place: where }, name)?.read());
}

/** Something that is no state counts: terraform or a person has to look at it. */
function hasAny(text: string | undefined): boolean {
  if (text === undefined || text.trim() === '') return false;
  const state = readableState(text);
  return state === undefined || resourcesOf(state).length > 0;
}
