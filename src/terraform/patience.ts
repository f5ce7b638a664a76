import { jittered } from '@nomadctl/base/clock';
import { formatDuration } from '@nomadctl/base/duration';
import { THROTTLED } from '../clients/ucloud/ret-codes.js';
import type { Trouble } from './trouble.js';
import type { TerraformScope } from './terraform-scope.js';

/**
 * How long what terraform gave up on is tried again by us while UCloud throttles or shows old lists, from the first time on.
 * Terraform keeps in its state what went well, so that each attempt has less to do.
 */
export const PATIENCE_MS = 15 * 60_000;
/** Of other trouble that comes again with nothing done in between. */
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 20_000;

export interface Patience {
  /** What went wrong so far; the last one. */
  readonly trouble: Trouble | undefined;
  /**
   * To be asked after a run that failed. Says what is the matter, waits, and returns true; false when it must be told.
   * @param kind of `troubleIn`; undefined for what does not pass
   * @param left how much there was to do: less than the last time is progress
   */
  again(kind: Trouble | undefined, left?: number): Promise<boolean>;
}

/** One for everything that one step has terraform do, so that its patience is counted once. */
export function openPatience({ ctx, line, detour }: Pick<TerraformScope, 'ctx' | 'line' | 'detour'>, random?: () => number): Patience {
  const { clock, signal } = ctx;
  let trouble: Trouble | undefined;
  let since = 0;
  let [tries, least] = [0, Infinity];
  return {
    get trouble() {
      return trouble;
    },
    async again(kind, left = Infinity) {
      if (kind === undefined) return false;
      if (trouble === undefined) since = clock.now();
      trouble = kind;
      tries = left < least ? 1 : tries + 1;
      least = Math.min(least, left);
      const rest = since + PATIENCE_MS - clock.now();
      if (rest <= 0 || (kind === 'passing' && tries >= ATTEMPTS)) return false;
      const pause = jittered(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * tries), random);
      line(
        `${WORDS[kind]}: again in ${formatDuration(Math.max(1000, pause))}, gives up ${kind === 'passing' ? `after ${ATTEMPTS} attempts` : `in ${formatDuration(rest)}`}`,
      );
      if (kind === 'throttled') await detour?.take();
      await clock.sleep(pause, signal);
      return true;
    },
  };
}

/** How progress begins to say so. */
export const THROTTLES = `UCloud throttles (code ${THROTTLED})`;

const WORDS: Readonly<Record<Trouble, string>> = {
  throttled: THROTTLES,
  late: 'UCloud does not show yet what was made',
  passing: 'trouble on the way',
};
