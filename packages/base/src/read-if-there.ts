import { readFile } from 'node:fs/promises';
import { ConfigError } from './errors.js';

/**
 * The text of a file; nothing when there is none.
 * @param code of the error, where a caller has one of its own.
 * @throws ConfigError when there is one that cannot be read: what cannot be read is not what is not there.
 */
export async function readIfThere(path: string, code = 'file-unreadable'): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError(`${path} cannot be read`, { code, next: `ls -ld ${path}`, cause });
  }
}
