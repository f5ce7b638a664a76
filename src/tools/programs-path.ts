import { delimiter } from 'node:path';
import type { Context } from '../context.js';

/**
 * Where agents of this computer, and so their jobs, look for programs: the user's PATH, then what nomadctl unpacked.
 * @param first the folder of programs that are named for a cluster
 */
export function programsPath({ env, paths }: Pick<Context, 'env' | 'paths'>, first = ''): string {
  return [first, env['PATH'] ?? '', paths.unpacked].filter((part) => part !== '').join(delimiter);
}
