import { isAbort } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import type { StatePlace } from '../config/state-options.js';
import { movedNote } from '../terraform/backend.js';
import { readableState, resourcesOf } from '../terraform/inventory.js';
import { rootNames, type RootName } from '../terraform/root.js';
import { whereIs } from './kept-root.js';
import { isSamePlace } from './state-record.js';
import { storeIn } from './state-store.js';
import type { StateContext, StateOwner } from './state-owner.js';

/** One root's state, as it is now. */
export interface SeenRoot {
  readonly root: RootName;
  /** In words: a file, or a key and where. */
  readonly where: string;
  /** Where the settings want it. */
  readonly place: StatePlace;
  readonly lineage?: string;
  readonly serial?: number;
  readonly resources?: number;
  /** It has to be moved to where the settings want it. */
  readonly isElsewhere: boolean;
  /** Why nothing is known of it. */
  readonly problem?: string;
}

/** Every root of a cluster. What does not answer is told, not thrown. */
export async function lookAtStates(ctx: StateContext, owner: StateOwner): Promise<SeenRoot[]> {
  const seen: SeenRoot[] = [];
  for (const root of rootNames) seen.push(await look(ctx, owner, root));
  return seen;
}

async function look(ctx: StateContext, owner: StateOwner, root: RootName): Promise<SeenRoot> {
  const is = await whereIs(owner, root);
  const store = storeIn(ctx, owner, { root, place: is });
  const base = { root, where: store.title, place: owner.place };
  try {
    const text = await store.read();
    const note = movedNote(text);
    const state = text === undefined ? undefined : readableState(text);
    const isElsewhere = !isSamePlace(is, owner.place) && text !== undefined && note === undefined;
    if (note) return { ...base, isElsewhere, problem: `moved to ${note.to} by ${note.by}` };
    if (!state) return { ...base, isElsewhere, ...(text === undefined ? {} : { problem: 'is no state of terraform' }) };
    return { ...base, isElsewhere, lineage: state.lineage, serial: state.serial, resources: resourcesOf(state).length };
  } catch (error) {
    if (isAbort(error)) throw error;
    return { ...base, isElsewhere: !isSamePlace(is, owner.place), problem: reasonOf(error) };
  }
}
