import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { backupsIn, MANIFEST, type Backup } from './backup-manifest.js';

/** The manifest goes first: of a run that is killed nothing is left that looks whole. */
export async function removeBackup({ folder, id }: Pick<Backup, 'folder' | 'id'>): Promise<void> {
  await rm(join(folder, MANIFEST), { force: true });
  const going = join(dirname(folder), `.making-${id}`);
  await rename(folder, going);
  await rm(going, { recursive: true, force: true });
}

/** Backups of a folder beyond the newest so many, the newest of them first. */
export async function backupsBeyond(folder: string, keep: number): Promise<Backup[]> {
  return (await backupsIn(folder)).slice(keep);
}
