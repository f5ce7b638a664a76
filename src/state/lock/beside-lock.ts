import { existsSync } from 'node:fs';
import { reasonOf } from '@nomadctl/base/reason';
import type { Context } from '../../context.js';
import type { BesideRun } from '../../engine/session.js';
import { operatorsOf, stateOwner } from '../state-owner.js';

type Kept = Parameters<typeof stateOwner>[0];

/**
 * What a run takes and tells where states are kept elsewhere, as `inSession` begins it: the lock, and after each change of the journal
 * what another computer needs to go on. What speaks to a backend is loaded only for such a cluster: most have none.
 */
export function besideLock(ctx: Context, cluster: Kept, command: string): ((run: string) => Promise<BesideRun>) | undefined {
  const owner = stateOwner(cluster);
  if (owner.place.backend === 'local') return undefined;
  return async (run) => {
    const [{ takeRunLock, forgetRunLock }, { openKeeper }] = await Promise.all([import('./run-lock.js'), import('../home/keeper.js')]);
    const lock = await takeRunLock(ctx, owner, { command, run });
    const keeper = openKeeper(ctx, owner, operatorsOf(cluster));
    const isLost = (): boolean => lock?.lost?.aborted === true;
    return {
      lost: lock?.lost,
      confirm: async () => lock?.confirm?.().catch(() => undefined),
      // Of what is somebody else's by now nothing is written.
      journalled: async () => (isLost() ? undefined : keeper.keep()),
      async release() {
        // Of a cluster that is gone nothing is to come back.
        const isGone = !existsSync(owner.paths.journal);
        if (!isGone && !isLost()) await keeper.end();
        await lock?.release();
        if (isGone && !isLost())
          await forgetRunLock(ctx, owner).catch((error: unknown) => ctx.ui.warn(`The lock of ${owner.name} stays: ${reasonOf(error)}`));
      },
    };
  };
}
