import { lstat, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@nomadctl/base/make-folder';
import { ROOT_LINKS } from './config/chroot.js';

/** The root's links into /usr, by name; none on a system that has folders there, where Nomad's own chroot stays. */
export async function rootLinks(platform: NodeJS.Platform, root = '/'): Promise<ReadonlyMap<string, string>> {
  if (platform !== 'linux') return new Map();
  const found = await Promise.all(
    ROOT_LINKS.map(async (name) => {
      const path = join(root, name);
      const isLink = await lstat(path).then(
        (stat) => stat.isSymbolicLink(),
        () => false,
      );
      return isLink ? [[name, await readlink(path)] as const] : [];
    }),
  );
  const links = new Map(found.flat());
  return links.has('bin') ? links : new Map();
}

/** Makes the folder that `chrootEnv` takes. May be called again. */
export async function writeRootLinks(folder: string, links: ReadonlyMap<string, string>): Promise<void> {
  await makeFolder(folder);
  for (const [name, target] of links) {
    await symlink(target, join(folder, name)).catch((error: unknown) => {
      if ((error as { code?: string }).code !== 'EEXIST') throw error;
    });
  }
}
