import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files of a cluster's folder that may go into version control. Beside them lie secrets, states and data. */
export const SHAREABLE_FILES: readonly string[] = ['cluster.yaml', '.gitignore'];

const TEXT = `# Written by nomadctl: the cluster file is yours to keep in git. Beside it lie secrets and states.
*
${SHAREABLE_FILES.map((name) => `!${name}\n`).join('')}`;

/** Keeps everything but the cluster file out of git. What somebody wrote there stays. */
export async function writeIgnoreFile(clusterFile: string): Promise<void> {
  await writeFile(ignoreFileOf(clusterFile), TEXT, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Takes the file away again, unless somebody changed it. */
export async function removeIgnoreFile(clusterFile: string): Promise<void> {
  const path = ignoreFileOf(clusterFile);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === TEXT) await rm(path, { force: true });
}

function ignoreFileOf(clusterFile: string): string {
  return join(dirname(clusterFile), '.gitignore');
}
