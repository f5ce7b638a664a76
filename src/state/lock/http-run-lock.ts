import { randomUUID } from 'node:crypto';
import { httpStoreOf, pathsOf } from '../backend/http-backend.js';
import { holderOfHttp, lockHttp, lockInfo, unlockHttp } from '../backend/http-lock.js';
import { lockStays } from '../backend/keeping-errors.js';
import { stateLockIn } from '../../terraform/backend.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { heldBy } from './held-by.js';
import { isGone, ownerIn, runOwner, type RunOwner } from './run-owner.js';
import type { RunLocks } from './run-locks.js';

/*
 * The server's own LOCK, on a path of its own. It is held until it is given back: of a computer that is gone nobody but a person can know, so
 * that `state unlock` has to take it. One that was killed here has lost it at once.
 */

const ATTEMPTS = 3;

export function httpRunLocks(ctx: StateContext, owner: StateOwner): RunLocks {
  const { clock, signal } = ctx;
  const http = httpStoreOf(ctx, owner);
  const path = `${pathsOf(owner.name)}run`;
  const holderIn = (held: string): RunOwner | undefined => {
    try {
      return ownerIn(String((JSON.parse(held) as { Info?: unknown }).Info));
    } catch {
      return undefined;
    }
  };
  const look = (): Promise<string | undefined> => holderOfHttp(http, { path, signal });
  return {
    async take(facts) {
      const mine = runOwner({ ...facts, since: clock.now() });
      const id = randomUUID();
      const info = lockInfo({ id, operation: facts.command, path, now: mine.since, more: JSON.stringify(mine) });
      for (let attempt = 1; ; attempt++) {
        const held = await lockHttp(http, { path, info, signal });
        if (held === undefined) break;
        // Who only looks has given it back by then.
        if ((await look()) === undefined && attempt < ATTEMPTS) continue;
        const holder = holderIn(held);
        if (!(holder && isGone(holder)) || attempt === ATTEMPTS) throw heldBy(owner, holder, { now: clock.now() });
        await unlockHttp(http, { path, info: held, signal });
      }
      return {
        // What the server is asked for while the run ends must not end with the run's own signal.
        release: async () => unlockHttp(http, { path, info, signal: AbortSignal.timeout(5000) }).catch(() => undefined),
      };
    },
    async holder() {
      const held = await look();
      return held === undefined ? undefined : { id: stateLockIn(held).id, owner: holderIn(held) };
    },
    // A lock that is given back is gone.
    forget: () => Promise.resolve(),
    async takeAway(id) {
      const held = await look();
      if (held === undefined) return;
      const now = stateLockIn(held);
      if (now.id !== id) throw lockStays(id, { title: owner.place.address, why: `the lock is ${now.id} by now, of ${now.who}` });
      await unlockHttp(http, { path, info: held, signal });
    },
  };
}
