import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { shell } from '@nomadctl/base/hint/hint';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import type { Finding } from '../../programs/doctor/finding.js';
import type { Root } from '../../terraform/root.js';

/** States, their backups, what terraform could not write to its place, and plans: each may hold what is secret. */
const HOLDS_VALUES = /tfstate|\.errored$|\.damaged$|^plan$/;

/** Files with a state in them that others than their owner may read, as `terraform state rm` and hands of people leave them. */
export async function openStates(roots: readonly Pick<Root, 'folder' | 'backups'>[]): Promise<string[]> {
  const folders = roots.flatMap(({ folder, backups }) => [folder, backups]);
  const found = await mapBounded(folders, FILES_AT_ONCE, async (folder) => {
    const names = (await readdir(folder).catch(() => [])).filter((name) => HOLDS_VALUES.test(name)).sort();
    const open: string[] = [];
    for (const name of names) {
      const file = await stat(join(folder, name)).catch(() => undefined);
      if (file?.isFile() && (file.mode & 0o077) !== 0) open.push(join(folder, name));
    }
    return open;
  });
  return found.flat();
}

/** A line of `doctor`, where there is such a file. */
export async function openStatesFinding(roots: readonly Pick<Root, 'folder' | 'backups'>[]): Promise<Finding[]> {
  const open = await openStates(roots);
  const [first] = open;
  if (first === undefined) return [];
  const others = open.length > 1 ? ` and ${open.length - 1} more` : '';
  return [
    {
      ...{ id: 'open-states', title: 'Files', found: `others may read ${first}${others}, which may hold secrets`, wanted: '0600' },
      ...{ ok: false, faulty: true, fix: { command: shell`chmod 600 ${open}` } },
    },
  ];
}
