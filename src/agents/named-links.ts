import { readdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '@nomadctl/base/make-folder';

/**
 * The folder that agents of this computer, and so their jobs, look into before the PATH: links to programs that are named by their path.
 * @param agents the folder of the cluster's agents
 */
export function namedLinks(agents: string): string {
  return join(dirname(agents), 'programs');
}

/** Has tasks that start from now on run these files for the names, and for all other names what is on PATH. */
export async function linkNamed(agents: string, files: ReadonlyMap<string, string>): Promise<void> {
  const folder = namedLinks(agents);
  const before = await readdir(folder).catch(() => []);
  for (const name of before) if (!files.has(name)) await rm(join(folder, name), { force: true });
  if (files.size > 0) await makeFolder(folder);
  for (const [name, file] of files) {
    // In one move: a task that starts meanwhile finds the one or the other.
    const draft = join(folder, `.${name}.${process.pid}`);
    await rm(draft, { force: true });
    await symlink(file, draft);
    await rename(draft, join(folder, name));
  }
}
