import { prefixOf, storeOf } from '../backend/consul-backend.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { heldBy } from './held-by.js';
import { consulHolder, endGoneHolder } from './consul-holder.js';
import { apart, openSession } from './consul-session.js';
import { runOwner } from './run-owner.js';
import type { RunLocks } from './run-locks.js';

/* A key that a session holds, with its owner in it. */

/** Longer than the delay after a session that was ended. */
const WAIT_MS = 4000;
const PAUSE_MS = 100;

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
      const regain = (id: string): Promise<boolean> => store.lock(key, value, { session: id, signal: apart() });
      const session = await openSession(store, { name, regain }, signal);
      try {
        const until = clock.now() + WAIT_MS;
        while (!(await store.lock(key, value, { session: session.id, signal }))) {
          const there = await endGoneHolder(store, key, signal);
          if ((there && !there.isGone) || clock.now() > until)
            throw heldBy(owner, there?.owner, { now: clock.now(), until: 'within 30 s' });
          await clock.sleep(PAUSE_MS, signal);
        }
      } catch (error) {
        await session.end();
        throw error;
      }
      return {
        async release() {
          await store.unlock(key, value, { session: session.id, signal: apart() }).catch(() => false);
          await session.end();
        },
      };
    },
    holder: () => consulHolder(store, key, signal),
    takeAway: (id) => store.endSession(id, signal),
    async forget() {
      const there = await store.read(key, signal);
      if (there && there.session === undefined) await store.writeAll([{ key, index: there.index }], signal);
    },
  };
}
