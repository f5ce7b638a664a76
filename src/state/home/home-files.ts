import { chmod, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { OutcomeError } from '@nomadctl/base/errors';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { again } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { clusterFiles } from '../cluster-files.js';

/** Files of a cluster's folder by their names in it, with their content in Base64 and their mode. */
export type HomeFiles = Readonly<Record<string, { readonly content: string; readonly mode: number }>>;

/** A file that vanishes meanwhile is left out. */
export async function readHome({ dir }: Pick<ClusterPaths, 'dir'>): Promise<HomeFiles> {
  const names = (await clusterFiles({ dir })).sort();
  const read = await mapBounded(names, FILES_AT_ONCE, async (name) => {
    const path = join(dir, name);
    const content = await readFile(path, 'base64').catch(() => undefined);
    return content === undefined ? [] : [[name, { content, mode: (await stat(path)).mode & 0o777 }] as const];
  });
  return Object.fromEntries(read.flat());
}

/**
 * Writes the folder of a cluster, whole or not at all: beside its place first. The caller has seen that there is none.
 * @throws OutcomeError `home-damaged` for names that lead elsewhere
 */
export async function writeHome({ dir }: Pick<ClusterPaths, 'dir'>, files: HomeFiles): Promise<void> {
  const draft = `${dir}.attaching`;
  await rm(draft, { recursive: true, force: true });
  await makeFolder(draft);
  for (const [name, { content, mode }] of Object.entries(files)) {
    const path = normalize(join(draft, name));
    if (!path.startsWith(`${draft}/`)) {
      throw new OutcomeError('what is kept of the cluster is not what nomadctl wrote', {
        code: 'home-damaged',
        why: `it has a file ${name}`,
        next: again(),
      });
    }
    await makeFolder(dirname(path));
    await writeFileAtomic(path, Buffer.from(content, 'base64').toString('utf8'), mode);
    await chmod(path, mode);
  }
  await rename(draft, dir);
}
