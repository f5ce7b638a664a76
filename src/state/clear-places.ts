import { isAbort } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import { movedNote } from '../terraform/backend.js';
import { readableState, resourcesOf } from '../terraform/inventory.js';
import { rootNames } from '../terraform/root.js';
import { openBackend } from './backend/open-backend.js';
import { placeTitle } from './backend/place-title.js';
import { HOME } from './home/kept-home.js';
import { isSamePlace, leftPlaces } from './state-record.js';
import type { StateContext, StateOwner, StatePlace } from './state-owner.js';

/** Also of an earlier release, which left its probe there. */
const NAMES = [...rootNames, HOME, 'probe'];

/**
 * Takes away what a cluster that is gone has where its states are kept, and where they have been: states without resources, notes of where
 * they went, and what another computer would have gone on with. The caller holds the run's lock.
 * @returns sentences about what stays: a place that does not answer, a state that still holds something
 */
export async function clearPlaces(ctx: StateContext, owner: StateOwner): Promise<string[]> {
  const places = [owner.place, ...(await leftPlaces(owner))].filter(
    (place, index, all) => place.backend !== 'local' && all.findIndex((one) => isSamePlace(one, place)) === index,
  );
  const stays: string[] = [];
  for (const place of places) stays.push(...(await clear(ctx, { ...owner, place })));
  return stays;
}

/**
 * Where states have moved away from, what another computer would have gone on with goes: it would be old there. A place that does not let
 * it go has it until the cluster is gone.
 */
export async function clearLeftHome(ctx: StateContext, owner: StateOwner): Promise<void> {
  for (const place of await leftPlaces(owner)) {
    if (isSamePlace(place, owner.place)) continue;
    await openBackend(ctx, { ...owner, place }, HOME)
      ?.remove()
      .catch(() => undefined);
  }
}

async function clear(ctx: StateContext, owner: StateOwner & { readonly place: StatePlace }): Promise<string[]> {
  const stays: string[] = [];
  try {
    for (const name of NAMES) {
      const backend = openBackend(ctx, owner, name);
      const text = await backend?.read();
      if (text !== undefined && !mayGo(text))
        stays.push(`the state of the ${name} in ${backend?.title ?? ''} still holds something, and stays`);
      else await backend?.remove();
    }
  } catch (error) {
    if (isAbort(error)) throw error;
    stays.push(`what is kept in ${placeTitle(owner.place)} could not be taken away: ${reasonOf(error)}`);
  }
  return stays;
}

function mayGo(text: string): boolean {
  if (movedNote(text)) return true;
  const state = readableState(text);
  return state !== undefined && resourcesOf(state).length === 0;
}
