import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LockedError, OutcomeError } from '@nomadctl/base/errors';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { movedNote } from '../terraform/backend.js';
import { endOfEarlierRun } from '../terraform/earlier-run.js';
import { readableState, resourcesOf } from '../terraform/inventory.js';
import { rootOf, type RootName } from '../terraform/root.js';
import { openBackend } from './backend/open-backend.js';
import { isSameState } from './backend/state-keeping.js';
import { keptRoot, whereIs } from './kept-root.js';
import { isSamePlace, recordLeft, recordPlace } from './state-record.js';
import { storeIn, type StateStore } from './state-store.js';
import type { StateContext, StateOwner } from './state-owner.js';

/** What became of one root's state. */
export interface MovedState {
  readonly root: RootName;
  readonly outcome: 'moved' | 'there' | 'none' | 'put back';
  readonly from: string;
  readonly to: string;
  readonly serial?: number;
  readonly resources?: number;
  /** A sentence about what is left in the old place. */
  readonly left?: string;
}

/**
 * Brings a root's state to where the settings want it. Each part may be done again after a kill at any moment: it is kept in the new place
 * with its lineage and serial, read back and compared, and only then taken away from the old one. The caller holds the locks.
 * @throws OutcomeError `state-foreign`, `state-older` or `state-unreadable` rather than replace what is there; `state-differs`
 */
export async function migrateState(ctx: StateContext, owner: StateOwner, root: RootName): Promise<MovedState> {
  const place = await whereIs(owner, root);
  await endOfEarlierRun(ctx, keptRoot(ctx, { ...owner, place }, root));
  const [old, now] = [storeIn(ctx, owner, { root, place }), storeIn(ctx, owner, { root, place: owner.place })];
  const names = { root, from: old.title, to: now.title };
  if (isSamePlace(place, owner.place)) return { ...names, ...factsOf(await now.read()) };
  const text = await old.read();
  if (text === undefined || movedNote(text)) {
    await recordPlace(owner, root, owner.place);
    return { ...names, ...factsOf(await now.read()) };
  }
  await Promise.all([refuseLocked(old), refuseLocked(now)]);
  // By another address it may be the same store: a note in place of the state would be all that is left.
  if (await isOneStore(ctx, owner, place)) {
    await recordPlace(owner, root, owner.place);
    return { ...names, ...factsOf(text) };
  }
  await now.keep(text);
  await compare(text, now);
  const { seen } = rootOf(owner.paths, root);
  // What protects a state elsewhere from being lost unnoticed holds from the first moment.
  if (owner.place.backend !== 'local') await writeFileAtomic(seen, text);
  await recordLeft(owner, place);
  const left = await old.retire(owner.place);
  if (owner.place.backend === 'local') await rm(seen, { force: true });
  await recordPlace(owner, root, owner.place);
  return { ...names, ...factsOf(text), outcome: 'moved', ...(left === undefined ? {} : { left }) };
}

/**
 * Puts the copy of a state that was last seen here where the state is gone, has gone back, or is no state any more. What is no state is kept
 * in a file.
 * @throws what `migrateState` throws
 */
export async function putStateBack(ctx: StateContext, owner: StateOwner, root: RootName): Promise<MovedState> {
  const { seen, backups } = rootOf(owner.paths, root);
  const now = storeIn(ctx, owner, { root, place: owner.place });
  const names = { root, from: seen, to: now.title };
  const [copy, there] = [await readIfThere(seen), await now.read()];
  const is = there === undefined ? undefined : readableState(there);
  const was = copy === undefined ? undefined : readableState(copy);
  if (copy === undefined || was === undefined) return { ...names, ...factsOf(there) };
  if (is && is.lineage === was.lineage && is.serial >= was.serial) return { ...names, ...factsOf(there) };
  if (there !== undefined && is === undefined) await writeFileAtomic(join(backups, `${ctx.clock.now()}.damaged`), there);
  await now.keep(copy, { overDamaged: true });
  await compare(copy, now);
  return { ...names, ...factsOf(copy), outcome: 'put back' };
}

/** @throws LockedError `terraform-locked` while a terraform works with the state; one that was killed here has lost its lock already */
async function refuseLocked({ title, lockHolder }: StateStore): Promise<void> {
  const lock = await lockHolder();
  if (!lock) return;
  throw new LockedError(`another terraform holds the state in ${title}, of ${lock.who} since ${lock.created}`, {
    code: 'terraform-locked',
    why: `it is doing "${lock.operation}"; nothing was moved`,
    next: hint`${again()}, once it has ended; where it has ended without giving the lock back: ${nomadctl`state unlock`}`,
  });
}

/** Whether what is written by way of one place is read by way of the other. */
async function isOneStore(ctx: StateContext, owner: StateOwner, place: StateOwner['place']): Promise<boolean> {
  if (place.backend !== owner.place.backend) return false;
  const [old, now] = [openBackend(ctx, { ...owner, place }, PROBE), openBackend(ctx, owner, PROBE)];
  const mark = randomUUID();
  await old?.leaveNote({ nomadctl: 'moved', to: mark, by: 'nomadctl', at: new Date(ctx.clock.now()).toISOString() });
  const isOne = movedNote(await now?.read())?.to === mark;
  // Some servers let nobody delete.
  await old?.remove().catch(() => undefined);
  return isOne;
}

const PROBE = 'probe';

function factsOf(text: string | undefined): Pick<MovedState, 'outcome' | 'serial' | 'resources'> {
  const state = text === undefined ? undefined : readableState(text);
  return state ? { outcome: 'there', serial: state.serial, resources: resourcesOf(state).length } : { outcome: 'none' };
}

async function compare(wanted: string, store: StateStore): Promise<void> {
  const there = await store.read();
  if (there !== undefined && isSameState(wanted, there)) return;
  throw new OutcomeError(`${store.title} has another state than was just kept there`, {
    code: 'state-differs',
    why: 'it was read back and compared; what was there before is untouched',
    next: again(),
  });
}
