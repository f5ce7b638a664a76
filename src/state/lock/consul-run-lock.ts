import type { HeldLock } from '@nomadctl/base/file-lock';
import type { ConsulStore } from '../../clients/consul/consul-store.js';
import { prefixOf, storeOf } from '../backend/consul-backend.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { heldBy } from './held-by.js';
import { consulHolder, endGoneHolder } from './consul-holder.js';
import { runOwner } from './run-owner.js';
import type { RunLocks } from './run-lock.js';

/*
 * A key that a session holds, with its owner in it. The session is renewed while the run lives, and Consul ends it 15 to 30 s after it is not.
 */

const TTL_SECONDS = 15;
const RENEW_MS = 4000;
/** The shortest that keeps a run which has lost its session without knowing from working beside the next one: it finds out within that. */
const DELAY_SECONDS = 1;
/** Longer than that delay. */
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
      const session = await store.openSession({ name, ttlSeconds: TTL_SECONDS, delaySeconds: DELAY_SECONDS }, signal);
      try {
        const until = clock.now() + WAIT_MS;
        while (!(await store.lock(key, value, { session, signal }))) {
          const there = await endGoneHolder(store, key, signal);
          if ((there && !there.isGone) || clock.now() > until)
            throw heldBy(owner, there?.owner, { now: clock.now(), until: 'within 30 s' });
          await clock.sleep(PAUSE_MS, signal);
        }
      } catch (error) {
        await store.endSession(session, AbortSignal.timeout(1000)).catch(() => undefined);
        throw error;
      }
      return held(store, { key, value, session });
    },
    holder: () => consulHolder(store, key, signal),
    takeAway: (id) => store.endSession(id, signal),
    async forget() {
      const there = await store.read(key, signal);
      if (there && there.session === undefined) await store.writeAll([{ key, index: there.index }], signal);
    },
  };
}

function held(store: ConsulStore, { key, value, session: first }: { key: string; value: Buffer; session: string }): HeldLock {
  // What Consul is asked for while the run ends must not end with the run's own signal.
  const asked = (): AbortSignal => AbortSignal.timeout(5000);
  let session = first;
  /** A session that Consul has ended (a computer that slept, servers that were away) is replaced, where nobody else took the lock. */
  const renew = async (): Promise<void> => {
    if (await store.renewSession(session, asked())) return;
    const next = await store.openSession({ name: 'nomadctl, anew', ttlSeconds: TTL_SECONDS, delaySeconds: DELAY_SECONDS }, asked());
    if (await store.lock(key, value, { session: next, signal: asked() })) session = next;
    else await store.endSession(next, asked());
  };
  const renewal = setInterval(() => void renew().catch(() => undefined), RENEW_MS);
  renewal.unref();
  return {
    async release() {
      clearInterval(renewal);
      // Given back first: a session that is ended with a lock holds everybody up for its delay.
      await store.unlock(key, value, { session, signal: asked() }).catch(() => false);
      await store.endSession(session, asked()).catch(() => undefined);
    },
  };
}
