import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsulStore } from '../../clients/consul/consul-store.js';
import { prefixOf, storeOf } from '../backend/consul-backend.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { heldBy } from './held-by.js';
import { consulHolder, endGoneHolder } from './consul-holder.js';
import { apart, openSession, type ConsulSession } from './consul-session.js';
import { runOwner } from './run-owner.js';
import type { RunLocks } from './run-locks.js';
import { takeAgain } from './take-again.js';

/* A key that a session holds, with its owner in it. */

/** Longer than the delay after a session that was ended. */
const WAIT_MS = 4000;
const PAUSE_MS = 100;
/** Before Consul is asked again that did not answer. */
const AWAY_MS = 1000;
/** What stays of a lock that somebody took away: its holder is not to take it again. */
const TAKEN_AWAY = Buffer.from('{}');

export const runLockKey = (cluster: string): string => `${prefixOf(cluster)}.run`;

export function consulRunLocks(ctx: StateContext, owner: StateOwner): RunLocks {
  const { clock, signal } = ctx;
  const store = storeOf(ctx, owner);
  const key = runLockKey(owner.name);
  return {
    async take(facts) {
      const mine = runOwner({ ...facts, since: clock.now() });
      const value = Buffer.from(JSON.stringify(mine));
      const name = `nomadctl ${owner.name}: ${mine.user}@${mine.host}, run ${mine.run}`;
      const regain = (id: string, unheardMs: number): Promise<void> => takeAgain(store, { key, mine, value, id, unheardMs });
      let taken = false;
      const stillHas = async (id: string): Promise<boolean> => !taken || (await store.read(key, apart()))?.session === id;
      const session = await openSession(store, { name, regain, stillHas }, signal);
      try {
        const until = clock.now() + WAIT_MS;
        while (!(await store.lock(key, value, { session: session.id, signal }))) {
          const there = await endGoneHolder(store, key, signal);
          if ((there && !there.isGone) || clock.now() > until)
            throw heldBy(owner, there?.owner, { now: clock.now(), until: 'within 30 s' });
          await clock.sleep(PAUSE_MS, signal);
        }
        taken = true;
      } catch (error) {
        await session.end();
        throw error;
      }
      const released = new AbortController();
      void watchLock(store, { key, session, signal: released.signal });
      return {
        lost: session.lost,
        confirm: () => session.confirm(signal),
        async release() {
          released.abort();
          if (!session.lost.aborted) await store.unlock(key, value, { session: session.id, signal: apart() }).catch(() => false);
          await session.end();
        },
      };
    },
    holder: () => consulHolder(store, key, signal),
    async takeAway(id) {
      const there = await store.read(key, signal);
      if (there?.session === id) await store.write(key, TAKEN_AWAY, { index: there.index, signal });
      await store.endSession(id, signal);
    },
    async forget() {
      const there = await store.read(key, signal);
      if (there && there.session === undefined) await store.writeAll([{ key, index: there.index }], signal);
    },
  };
}

/** Consul tells at once that the key is held by nobody, or by somebody else: nobody has to wait for the next renewal. */
async function watchLock(
  store: ConsulStore,
  { key, session, signal }: { key: string; session: ConsulSession; signal: AbortSignal },
): Promise<void> {
  for (let index = 0; !signal.aborted && !session.lost.aborted;) {
    try {
      const seen = await store.tree(key, { index, signal });
      // Consul asks to begin anew where its index went back.
      index = seen.index < index ? 0 : seen.index;
      if (seen.keys.find((one) => one.key === key)?.session === session.id) continue;
      session.look();
    } catch {
      index = 0;
      await sleep(AWAY_MS, undefined, { signal }).catch(() => undefined);
    }
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}
