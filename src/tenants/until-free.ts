import type { Clock } from '@nomadctl/base/clock';
import { anySignal } from '@nomadctl/base/signals/any-signal';
import type { ConsulStore } from '../clients/consul/consul-store.js';
import { endGoneHolder } from '../state/lock/consul-holder.js';
import { isGone, isHere, type RunOwner } from '../state/lock/run-owner.js';

/** Consul gives nobody the lock for a second after a session ended with it. */
const DELAY_MS = 300;
/** How often it is looked whether a process of this computer is still there; Consul is not asked for it. */
const LOOK_MS = 300;

/**
 * Waits until it is worth while to try for a lock that somebody holds: Consul tells when he gives it back or his session ends, and this
 * computer when his process is gone, whose session is then ended.
 */
export async function untilFree(
  store: ConsulStore,
  key: string,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  // Before the holder is looked at: what changes after it ends the wait.
  const { index } = await store.tree(key, { index: 0, signal });
  const there = await endGoneHolder(store, key, signal);
  if (!there || there.isGone) return clock.sleep(DELAY_MS, signal);
  const stop = new AbortController();
  const until = anySignal(signal, stop.signal);
  try {
    await Promise.race([store.tree(key, { index, signal: until }), untilGone(there.owner, { clock, signal: until })]);
  } finally {
    stop.abort(new Error('it is worth while'));
  }
}

/** Never comes back for a process that cannot be seen from here. */
async function untilGone(owner: RunOwner | undefined, { clock, signal }: { clock: Clock; signal: AbortSignal }): Promise<void> {
  const isSeen = owner !== undefined && isHere(owner);
  for (;;) {
    await clock.sleep(isSeen ? LOOK_MS : 60_000, signal);
    if (isSeen && isGone(owner)) return;
  }
}
