import type { Context } from '../../context.js';
import type { Hint } from '@nomadctl/base/hint/hint';

/** A prerequisite, a taken port, a leftover: one line of `doctor`. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly found: string;
  readonly wanted: string;
  readonly ok: boolean;
  /** Missing, and yet nothing that must be had. */
  readonly optional?: boolean;
  /** It is there, and is known to do something wrong. */
  readonly faulty?: boolean;
  /** The command that mends it; `run` does so for `doctor --fix`. */
  readonly fix?: { readonly command: Hint; readonly run?: (ctx: Context) => Promise<void> };
}
