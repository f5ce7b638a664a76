import type { Context } from '../../context.js';
import { reasonOf } from '@nomadctl/base/reason';
import type { StateOwner } from '../state-owner.js';
import { keepHome } from './kept-home.js';

/** Keeps a cluster's home elsewhere while a run changes it. */
export interface Keeper {
  /** Returns when what is there now is kept, or could not be: the run goes on either way. */
  keep(): Promise<void>;
  /** Once more, and says what could not be kept. */
  end(): Promise<void>;
}

/** @param recipients public keys of age; without any nothing is kept */
export function openKeeper(ctx: Context, owner: StateOwner, recipients: readonly string[]): Keeper {
  if (recipients.length === 0) return { keep: () => Promise.resolve(), end: () => Promise.resolve() };
  let failure: unknown;
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  const once = async (): Promise<void> => {
    next = undefined;
    try {
      await keepHome({ ...ctx, signal: AbortSignal.timeout(LONGEST_MS) }, owner, recipients);
      failure = undefined;
    } catch (error) {
      failure = error;
    }
  };
  // Whoever comes while one is written waits for the one after it, and shares it: steps run side by side.
  const keep = (): Promise<void> => (next ??= running = running.then(once));
  return {
    keep,
    async end() {
      await keep();
      if (failure === undefined) return;
      ctx.ui.warn(`What another computer would need to go on with ${owner.name} could not be kept: ${reasonOf(failure)}`);
    },
  };
}

const LONGEST_MS = 20_000;
