import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsulStore, StoredKey } from '../../clients/consul/consul-store.js';
import { saysHolder } from './held-by.js';
import { apart } from './consul-session.js';
import { LeaseLost } from './lease.js';
import { ownerIn, type RunOwner } from './run-owner.js';

/* A run whose session Consul has ended: a computer that slept, servers that were away, or a person who took its lock away. */

/** Longer than the delay after a session that was ended. */
const WAIT_MS = 4000;
const PAUSE_MS = 100;
/** For so long nobody else can have had it, unless it was taken away: Consul keeps a session at least its time to live. */
const SURELY_OURS_MS = 15_000;

interface Again {
  readonly key: string;
  readonly mine: RunOwner;
  readonly value: Buffer;
  /** The session that is to hold it now. */
  readonly id: string;
  readonly unheardMs: number;
}

/** @throws LeaseLost where somebody else has the lock, or may have had it since: what this run knows of the cluster may be old */
export async function takeAgain(store: ConsulStore, { key, mine, value, id, unheardMs }: Again): Promise<void> {
  const until = Date.now() + WAIT_MS;
  for (;;) {
    const there = await store.read(key, apart());
    refuseLost(there, { mine, value, unheardMs });
    const before = there?.locks ?? 0;
    if (await store.lock(key, value, { session: id, signal: apart() })) {
      const now = await store.read(key, apart());
      if (now?.locks !== before + 1) throw new LeaseLost('another run has had the lock meanwhile');
      return;
    }
    // The delay after a session that was ended.
    if (Date.now() > until) throw new LeaseLost('Consul has ended the session, and does not give the lock again');
    await sleep(PAUSE_MS);
  }
}

function refuseLost(there: StoredKey | undefined, { mine, value, unheardMs }: Pick<Again, 'mine' | 'value' | 'unheardMs'>): void {
  if (there?.session !== undefined) throw new LeaseLost(`${saysHolder(ownerIn(there.value.toString('utf8')))}`);
  if (there?.value.equals(value)) return;
  const other = there && ownerIn(there.value.toString('utf8'));
  if (there && !other) throw new LeaseLost('somebody has taken it away by hand');
  if (other && other.since >= mine.since) throw new LeaseLost(`${saysHolder(other)}, and has ended`);
  // The servers have gone back to what they knew before this run: a snapshot was put back under it.
  if (unheardMs > SURELY_OURS_MS) throw new LeaseLost('Consul knows nothing of this run any more');
}
