import type { ConsulStore } from '../../clients/consul/consul-store.js';
import type { RunHolder } from './run-locks.js';
import { isGone, ownerIn } from './run-owner.js';

/** Whose session holds a key of Consul's; nothing where none does. */
export async function consulHolder(store: ConsulStore, key: string, signal: AbortSignal): Promise<RunHolder | undefined> {
  const there = await store.read(key, signal);
  return there?.session === undefined ? undefined : { id: there.session, owner: ownerIn(there.value.toString('utf8')) };
}

/** The same where the key could not be had. One that was killed on this computer loses it, and is not waited for: `isGone`. */
export async function endGoneHolder(
  store: ConsulStore,
  key: string,
  signal: AbortSignal,
): Promise<(RunHolder & { readonly isGone: boolean }) | undefined> {
  const holder = await consulHolder(store, key, signal);
  if (!holder) return undefined;
  const gone = holder.owner !== undefined && isGone(holder.owner);
  if (gone) await store.endSession(holder.id, signal);
  return { ...holder, isGone: gone };
}
