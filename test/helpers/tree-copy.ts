import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';

const LEFT_OUT = new Set(['.git', 'dist', 'node_modules', 'coverage', '.vitest-report.json']);

/** A copy of the sources in a temporary folder, with the libraries that are installed here. The caller removes it. */
export async function copyTree(root: string): Promise<string> {
  const copy = await realpath(await mkdtemp(join(tmpdir(), 'nomadctl-tree-')));
  try {
    const isSource = (path: string): boolean => !LEFT_OUT.has(basename(path)) && !path.endsWith('.tgz');
    for (const name of (await readdir(root)).filter(isSource))
      await cp(join(root, name), join(copy, name), { recursive: true, filter: isSource });
    await linkLibraries(root, copy);
    return copy;
  } catch (error) {
    await rm(copy, { recursive: true, force: true });
    throw error;
  }
}

/** Each library by itself: a package of the tree must be the one of the copy. */
async function linkLibraries(root: string, copy: string, folder = 'node_modules'): Promise<void> {
  await mkdir(join(copy, folder), { recursive: true });
  const libraries = join(await realpath(root), 'node_modules');
  for (const name of await readdir(join(root, folder))) {
    const path = join(folder, name);
    if (name.startsWith('@')) await linkLibraries(root, copy, path);
    else {
      const real = await realpath(join(root, path));
      const isOwn = relative(libraries, real).startsWith('..') && !relative(await realpath(root), real).startsWith('..');
      await symlink(isOwn ? join(copy, relative(await realpath(root), real)) : real, join(copy, path));
    }
  }
}
