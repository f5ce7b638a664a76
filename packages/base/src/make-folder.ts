import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder (0700) and the folders above it; one that is there is fine. Node's own recursive mkdir (seen with 20.20)
 * goes round for ever where a folder above is there and yet nothing can be made in it for ENOENT: a link to a disk that is
 * not mounted, /proc, an automounted home.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) {
      await makeFolder(dirname(path));
      return mkdirIfMissing(path);
    }
    if (!(await isFolder(path))) throw error;
  }
}

/** Somebody else may make it at the same time. */
async function mkdirIfMissing(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (!(await isFolder(path))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
