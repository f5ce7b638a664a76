import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FILES_AT_ONCE, mapBounded } from './map-bounded.js';
import { makeFolder } from './make-folder.js';

/**
 * Replaces a file so that a reader, or a crash at any moment, sees the old content or the new one, never a part.
 * Makes the folder (0700) when it is missing. The file is private to the user unless `mode` says otherwise.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Takes away what writers in a folder left when they were killed. The caller makes sure that none is at work there.
 * @param file only what belongs to this file of the folder, and to its lock.
 */
export async function removeTemporaries(folder: string, file?: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const left = names.filter((name) => LEFT.test(name) && (file === undefined || name.startsWith(`${file}.`)));
  await mapBounded(left, FILES_AT_ONCE, (name) => rm(join(folder, name), { force: true }));
}

const LEFT = /\.[0-9a-f]{8}\.(tmp|stale)$|\.[0-9a-f]{16}\.claim$/;
