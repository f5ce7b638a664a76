import type { Context } from '../context.js';

/** What the tools need of the outside world; a command's context and a step's both have it. */
export type ToolContext = Pick<Context, 'exec' | 'env' | 'programs' | 'paths' | 'clock' | 'signal' | 'platform' | 'arch'>;

/** Says what is going on right now, in a few words; replaces what was said before. */
export type Report = (text: string) => void;
