import { join, resolve } from 'node:path';
import type { Context } from '../../context.js';
import { flagOf, type CommandInput } from '../command.js';

/** Where a mirror is: what a flag says, else one per home. */
export function mirrorFolder(input: CommandInput, flag: 'to' | 'from', ctx: Context): string {
  const folder = flagOf(input, flag);
  return folder === undefined ? join(ctx.paths.home, 'mirror') : resolve(folder);
}
