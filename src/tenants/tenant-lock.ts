import type { Clock } from '@nomadctl/base/clock';
import { LockedError } from '@nomadctl/base/errors';
import { again, hint, shell } from '@nomadctl/base/hint/hint';
import type { ConsulStore } from '../clients/consul/consul-store.js';
import { endGoneHolder } from '../state/lock/consul-holder.js';
import { apart, type ConsulSession } from '../state/lock/consul-session.js';
import { isHere, runOwner, type RunOwner } from '../state/lock/run-owner.js';
import { LOCKS } from './records.js';

/*
 * One operation at a time on a tenant, wherever it runs: a key that a session of Consul holds. A process of the same computer that is
 * known to be gone is not waited for.
 */

/** Longer than Consul takes to end a session of its time to live, and the delay after it. */
const WAIT_MS = 40_000;
const PAUSE_MS = 200;

export interface LockRequest {
  readonly tenant: string;
  readonly session: ConsulSession;
  /** What is at work, for whoever finds the lock taken. */
  readonly command: string;
  readonly run: string;
}

/**
 * Takes the lock of a tenant. One whose process is known to be gone loses it, one that may be gone is waited for as long as Consul needs.
 * @returns what gives it back
 * @throws LockedError `tenant-held`
 */
export async function lockTenant(
  store: ConsulStore,
  { tenant, session, command, run }: LockRequest,
  { clock, signal, onWait }: { clock: Clock; signal: AbortSignal; onWait?: (holder: RunOwner | undefined) => void },
): Promise<() => Promise<void>> {
  const key = `${LOCKS}${tenant}`;
  const value = Buffer.from(JSON.stringify(runOwner({ command, run, since: clock.now() })));
  const until = clock.now() + WAIT_MS;
  let told = false;
  while (!(await store.lock(key, value, { session: session.id, signal }))) {
    const there = await endGoneHolder(store, key, signal);
    const holder = there?.owner;
    const isAlive = holder !== undefined && !there?.isGone;
    if ((isAlive && isHere(holder)) || clock.now() > until) throw heldBy(tenant, holder);
    if (!told && isAlive) {
      onWait?.(holder);
      told = true;
    }
    await clock.sleep(PAUSE_MS, signal);
  }
  return async () => {
    // Given back first: a session that is ended with a lock holds everybody up for its delay.
    await store.unlock(key, value, { session: session.id, signal: apart() }).catch(() => false);
    await store.remove(key, { signal: apart() }).catch(() => undefined);
  };
}

function heldBy(tenant: string, holder: RunOwner | undefined): LockedError {
  if (!holder) return new LockedError(`somebody is at work on tenant ${tenant}`, { code: 'tenant-held', next: again() });
  const { user, host, pid, command } = holder;
  return new LockedError(`another nomadctl is at work on tenant ${tenant}: ${command} (process ${pid} of ${user} on ${host})`, {
    code: 'tenant-held',
    next: isHere(holder) ? hint`wait for it, or stop it with: ${shell`kill -INT ${pid}`}` : hint`wait for it, or stop it on ${host}`,
    details: { pid, host, user, command },
  });
}
