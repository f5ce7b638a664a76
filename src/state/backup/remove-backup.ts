import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { backupsIn, MANIFEST, type Backup } from './backup-manifest.js';

/** How the folder of one that is being removed begins. */
export const REMOVING = '.removing-';

/** The manifest goes first: of a run that is killed nothing is left that looks whole. */
export async function removeBackup({ folder, id }: Pick<Backup, 'folder' | 'id'>): Promise<void> {
  await rm(join(folder, MANIFEST), { force: true });
  const going = join(dirname(folder), `${REMOVING}${id}`);
  await rename(folder, going);
  await rm(going, { recursive: true, force: true });
}

/** Backups of a folder beyond the newest so many, the newest of them first. */
export async function backupsBeyond(folder: string, keep: number): Promise<Backup[]> {
  return (await backupsIn(folder)).slice(keep);
}
