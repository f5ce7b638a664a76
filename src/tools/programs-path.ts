import { delimiter } from 'node:path';
import type { Context } from '../context.js';

/** Where agents of this computer, and so their jobs, look for programs: the user's PATH, then what nomadctl unpacked. */
export function programsPath({ env, paths }: Pick<Context, 'env' | 'paths'>): string {
  return [env['PATH'] ?? '', paths.unpacked].filter((part) => part !== '').join(delimiter);
}
