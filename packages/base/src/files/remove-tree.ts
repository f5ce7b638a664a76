import type { Dirent } from 'node:fs';
import { readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { FILES_AT_ONCE, mapBounded } from '../map-bounded.js';

/**
 * Removes a folder with all that is in it; one that is not there is fine. Ends as soon as the signal says so, where Node's
 * own `rm` (seen with 20.20) goes on, and with retries waits for ever on what is mounted.
 * @throws the signal's reason, or the system's error with the path that would not go.
 */
export async function removeTree(folder: string, signal: AbortSignal): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(unlessGone);
  if (!entries) return;
  const isFolder = (entry: Dirent): boolean => entry.isDirectory();
  for (const { name } of entries.filter(isFolder)) await removeTree(join(folder, name), signal);
  const files = entries.filter((entry) => !isFolder(entry));
  await mapBounded(files, FILES_AT_ONCE, async ({ name }) => {
    signal.throwIfAborted();
    await unlink(join(folder, name)).catch(unlessGone);
  });
  signal.throwIfAborted();
  await rmdir(folder).catch(unlessGone);
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
