import type { Context } from '../../context.js';
import type { Finding } from './finding.js';
import type { Report } from '../../tools/tool-context.js';
import type { Hint } from '@nomadctl/base/hint/hint';

/** A finding with what it is needed for, and a fix that may have to be agreed to. */
export interface Prerequisite extends Finding {
  readonly neededFor: string;
  /** Sentences that are too long for a table: programs that were passed over and why. */
  readonly remarks?: readonly string[];
  readonly fix?: Fix;
}

export interface Fix {
  readonly command: Hint;
  /** What it does, where the command does not tell. */
  readonly how?: string;
  readonly run?: (ctx: Context, report?: Report) => Promise<void>;
  /** Set when it changes the system and not only nomadctl's own folder: the question to ask first. */
  readonly asks?: string;
  /** Ids of findings that must be mended first, where they are to be mended at all. */
  readonly after?: readonly string[];
}
