import { ApiError, LockedError, PrerequisiteError } from '@nomadctl/base/errors';
import { formatAge } from '@nomadctl/base/duration';
import type { HeldLock } from '@nomadctl/base/file-lock';
import { again, hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import type { ConsulStore } from '../../clients/consul/consul-store.js';
import { prefixOf, storeOf } from '../backend/consul-backend.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { isGone, isHere, ownerIn, runOwner, type RunOwner } from './run-owner.js';

/*
 * One run at a time, wherever it runs: a key that a session holds, with its owner in it. The session is renewed while the run lives, and
 * Consul ends it 15 to 30 s after it is not. Only Consul has such a lock; elsewhere there is terraform's own, around each of its runs.
 */

const TTL_SECONDS = 15;
const RENEW_MS = 4000;
/** The shortest that keeps a run which has lost its session without knowing from working beside the next one: it finds out within that. */
const DELAY_SECONDS = 1;
/** Longer than that delay. */
const WAIT_MS = 4000;
const PAUSE_MS = 100;

export const runLockKey = (cluster: string): string => `${prefixOf(cluster)}.run`;

export interface RunFacts {
  readonly command: string;
  /** Of the run, as the history has it. */
  readonly run: string;
}

/**
 * Takes the lock of a run over a cluster. One that was killed on this computer has lost it; nothing where states are kept by a backend
 * that has no locks but terraform's.
 * @throws LockedError `run-held` with who holds it, since when, and what to do; PrerequisiteError `state-unreachable` or
 * `state-forbidden`; ApiError
 */
export async function takeRunLock(ctx: StateContext, owner: StateOwner, facts: RunFacts): Promise<HeldLock | undefined> {
  if (owner.place.backend !== 'consul') return undefined;
  const { clock, signal } = ctx;
  const store = storeOf(ctx, owner);
  const key = runLockKey(owner.name);
  const mine = runOwner({ ...facts, since: clock.now() });
  const value = Buffer.from(JSON.stringify(mine));
  const name = `nomadctl ${owner.name}: ${mine.user}@${mine.host}, run ${mine.run}`;
  const session = await store
    .openSession({ name, ttlSeconds: TTL_SECONDS, delaySeconds: DELAY_SECONDS }, signal)
    .catch((cause: unknown) => Promise.reject(noStore(owner, cause)));
  try {
    const until = clock.now() + WAIT_MS;
    while (!(await store.lock(key, value, { session, signal }))) {
      const there = await store.read(key, signal);
      const holder = there?.session === undefined ? undefined : ownerIn(there.value.toString('utf8'));
      if (there?.session !== undefined && !(holder && isGone(holder))) throw heldBy(owner, holder, clock.now());
      if (there?.session !== undefined) await store.endSession(there.session, signal);
      if (clock.now() > until) throw heldBy(owner, holder, clock.now());
      await clock.sleep(PAUSE_MS, signal);
    }
  } catch (error) {
    await store.endSession(session, AbortSignal.timeout(1000)).catch(() => undefined);
    throw error;
  }
  return held(store, { key, value, session });
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

/** Who holds a run's lock; nothing when nobody does. */
export async function runLockHolder(
  ctx: StateContext,
  owner: StateOwner,
): Promise<{ readonly session: string; readonly owner: RunOwner | undefined } | undefined> {
  if (owner.place.backend !== 'consul') return undefined;
  const there = await storeOf(ctx, owner).read(runLockKey(owner.name), ctx.signal);
  return there?.session === undefined ? undefined : { session: there.session, owner: ownerIn(there.value.toString('utf8')) };
}

/** What a run is to do whose backend is away, for a while or for good, or does not let it in; any other failure as it is. */
function noStore({ name, place }: StateOwner, cause: unknown): unknown {
  if (!(cause instanceof ApiError)) return cause;
  if (cause.code === 'api-forbidden') {
    return new PrerequisiteError(`Consul at ${place.address} does not let this run work on the states of cluster ${name}`, {
      code: 'state-forbidden',
      why: [...cause.why, 'the token is NOMADCTL_STATE_TOKEN, else CONSUL_HTTP_TOKEN'],
      next: hint`${nomadctl`state backend --policy --cluster ${name}`}   prints what it needs`,
      cause,
    });
  }
  if (cause.code !== 'api-unreachable') return cause;
  return new PrerequisiteError(`the Consul that keeps the states of cluster ${name} does not answer`, {
    code: 'state-unreachable',
    why: [`it is asked at ${place.address}`, ...cause.why],
    next: hint`${again()}, once it answers; where it is gone for good: ${nomadctl`state backend local --cluster ${name}`}`,
    cause,
  });
}

function heldBy({ name }: StateOwner, holder: RunOwner | undefined, now: number): LockedError {
  if (!holder) {
    return new LockedError(`the lock of cluster ${name} is held, and does not say by whom`, {
      code: 'run-held',
      why: 'another nomadctl is at work on it, or the lock was just given back',
      next: again(),
    });
  }
  const { user, host, pid, command, since, run } = holder;
  return new LockedError(`another nomadctl is at work on this cluster: ${command} (process ${pid} of ${user} on ${host})`, {
    code: 'run-held',
    why: `it holds the lock since ${new Date(since).toISOString()}, ${formatAge(now - since)}; its run is ${run}`,
    next: isHere(holder)
      ? hint`wait for it, or stop it with: ${shell`kill -INT ${pid}`}`
      : hint`wait for it, or stop it on ${host}; should that computer be gone: ${nomadctl`state unlock ${name}`}`,
    details: { pid, host, user, since, command, run },
  });
}
