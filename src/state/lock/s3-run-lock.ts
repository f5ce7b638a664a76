import type { ObjectStore, StoredObject } from '../../clients/s3/object-store.js';
import { lockStays } from '../backend/keeping-errors.js';
import { objectsOf, objectStoreOf } from '../backend/s3-backend.js';
import { placeTitle } from '../backend/place-title.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { heldBy, saysHolder } from './held-by.js';
import { LeaseLost, openLease } from './lease.js';
import { isGone, ownerIn, runOwner } from './run-owner.js';
import type { RunHolder, RunLock, RunLocks } from './run-locks.js';

/*
 * An object with its owner in it, written only by who has seen what it says now. Its holder writes it anew while it lives; the store tells
 * how old it is by its own clock, so that those of the computers do not matter.
 */

const RENEW_MS = 5000;
/** Six renewals that did not come. */
const STALE_MS = 30_000;
const WAIT_MS = 4000;
const PAUSE_MS = 100;

export async function s3RunLocks(ctx: StateContext, owner: StateOwner): Promise<RunLocks> {
  const { clock, signal } = ctx;
  const store = await objectStoreOf(ctx, owner);
  const key = `${objectsOf(owner.name)}.run`;
  const holderIn = (there: StoredObject | undefined): RunHolder | undefined => {
    if (there === undefined || there.ageMs > STALE_MS) return undefined;
    const text = there.value.toString('utf8');
    return text === FREE ? undefined : { id: there.tag, owner: ownerIn(text) };
  };
  return {
    async take(facts) {
      const mine = runOwner({ ...facts, since: clock.now() });
      for (const until = clock.now() + WAIT_MS; ; await clock.sleep(PAUSE_MS, signal)) {
        const there = await store.read(key, signal);
        const holder = holderIn(there);
        const refusal = heldBy(owner, holder?.owner, { now: clock.now(), until: 'within 30 s' });
        if (holder && !(holder.owner && isGone(holder.owner))) throw refusal;
        const tag = await store.write(key, valueOf(mine, 0), { tag: there?.tag, signal });
        if (tag !== undefined) return held(store, { key, value: (count) => valueOf(mine, count), tag, signal });
        if (clock.now() > until) throw refusal;
      }
    },
    holder: async () => holderIn(await store.read(key, signal)),
    async forget() {
      const there = await store.read(key, signal);
      if (there && holderIn(there) === undefined) await store.remove(key, signal);
    },
    async takeAway(id) {
      const there = await store.read(key, signal);
      const now = holderIn(there);
      if (now === undefined) return;
      if ((await store.write(key, Buffer.from(FREE), { tag: there?.tag, signal })) !== undefined) return;
      throw lockStays(id, { title: placeTitle(owner.place), why: 'its holder has just renewed it: it lives' });
    },
  };
}

const FREE = '{}';

/** Another text each time: a store may tell that nothing was written where nothing changed. */
function valueOf(owner: object, renewed: number): Buffer {
  return Buffer.from(JSON.stringify({ ...owner, renewed }));
}

interface Holding {
  readonly key: string;
  readonly value: (renewed: number) => Buffer;
  readonly tag: string;
  /** Of the run. */
  readonly signal: AbortSignal;
}

function held(store: ObjectStore, { key, value, tag: first, signal }: Holding): RunLock {
  // What the store is asked for while the run ends must not end with the run's own signal.
  const asked = (): AbortSignal => AbortSignal.timeout(RENEW_MS);
  let tag = first;
  let count = 0;
  const write = async (content: Buffer): Promise<void> => {
    // Taken by somebody else, it is theirs; unless an answer to us was lost, after which it is ours with another tag.
    const written =
      (await store.write(key, content, { tag, signal: asked() })) ?? (await ownTag(store, { key, content: value(count), asked }));
    if (written === undefined) throw new LeaseLost(await whoHas(store, key, asked()));
    tag = written;
  };
  const lease = openLease({ everyMs: RENEW_MS, holdsMs: STALE_MS, renew: () => write(value(++count)) });
  return {
    lost: lease.lost,
    confirm: () => lease.confirm(signal),
    async release() {
      await lease.end();
      if (!lease.lost.aborted) await write(Buffer.from(FREE)).catch(() => undefined);
    },
  };
}

async function whoHas(store: ObjectStore, key: string, signal: AbortSignal): Promise<string> {
  const text = (await store.read(key, signal).catch(() => undefined))?.value.toString('utf8');
  return text === FREE ? 'somebody has taken it away by hand' : saysHolder(text === undefined ? undefined : ownerIn(text));
}

async function ownTag(
  store: ObjectStore,
  { key, content, asked }: { key: string; content: Buffer; asked: () => AbortSignal },
): Promise<string | undefined> {
  const there = await store.read(key, asked());
  return there?.value.equals(content) ? there.tag : undefined;
}
