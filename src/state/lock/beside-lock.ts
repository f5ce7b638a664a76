import type { HeldLock } from '@nomadctl/base/file-lock';
import { stateOwner, type StateContext } from '../state-owner.js';

type Kept = Parameters<typeof stateOwner>[0];

/**
 * The lock of a run where states are kept elsewhere, as `inSession` takes it. What speaks to Consul is loaded only for such a cluster:
 * most have none.
 */
export function besideLock(
  ctx: StateContext,
  cluster: Kept,
  command: string,
): ((run: string) => Promise<HeldLock | undefined>) | undefined {
  const owner = stateOwner(cluster);
  if (owner.place.backend === 'local') return undefined;
  return async (run) => (await import('./run-lock.js')).takeRunLock(ctx, owner, { command, run });
}
