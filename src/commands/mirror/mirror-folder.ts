import { join, resolve } from 'node:path';
import type { Context } from '../../context.js';
import { flagOf, type CommandInput } from '../command.js';

/** Where a mirror is: what a flag says, else one per home. */
export function mirrorFolder(input: CommandInput, flag: 'to' | 'from', ctx: Context): string {
  const given = flagOf(input, flag);
  return given === undefined ? join(ctx.paths.home, 'mirror') : resolve(given);
}
