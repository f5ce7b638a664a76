import { readFile } from 'node:fs/promises';
import { ConfigError } from './errors.js';

/**
 * The text of a file; nothing when there is none.
 * @throws ConfigError `file-unreadable` when there is one that cannot be read: what cannot be read is not what is not there.
 */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError(`${path} cannot be read`, { code: 'file-unreadable', next: `ls -ld ${path}`, cause });
  }
}
