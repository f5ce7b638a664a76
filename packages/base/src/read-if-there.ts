import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { ConfigError, type NomadctlError } from './errors.js';
import { shell } from './hint/hint.js';

/*
 * Files and folders that need not be there. What cannot be read is not what is not there: it is an error. They are small, and
 * nearly every command reads some: at once that costs a fifth of what Node's promises take, which have much to load first.
 */

/** The code of the ConfigError, or an error of the caller's own. */
type Unreadable = string | ((cause: unknown) => NomadctlError);

/** The text of a file; nothing when there is none. A byte order mark stays. */
export async function readIfThere(path: string, unreadable?: Unreadable): Promise<string | undefined> {
  return (await readBytesIfThere(path, unreadable))?.toString('utf8');
}

/** The bytes of a file, for who decodes them strictly; nothing when there is none. */
export async function readBytesIfThere(path: string, unreadable?: Unreadable): Promise<Buffer | undefined> {
  return orNothing(() => readFileSync(path), path, unreadable);
}

/** What is in a folder; nothing is in one that is not there. */
export async function listIfThere(path: string, unreadable?: Unreadable): Promise<Dirent[]> {
  return orNothing(() => readdirSync(path, { withFileTypes: true }), path, unreadable) ?? [];
}

function orNothing<T>(read: () => T, path: string, unreadable: Unreadable = 'file-unreadable'): T | undefined {
  try {
    return read();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (typeof unreadable !== 'string') throw unreadable(cause);
    throw new ConfigError(`${path} cannot be read`, { code: unreadable, next: shell`ls -ld ${path}`, cause });
  }
}
