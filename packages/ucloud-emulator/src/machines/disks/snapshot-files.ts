import { readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { RunCommand } from '../run-command.js';
import { diskFile } from './loop-devices.js';

/** What disks were: copies of their files, beside these. */
export interface SnapshotFiles {
  /** Takes the disk as it is now; what was kept under this name before is gone. @param size in GiB */
  keep(snapshot: string, disk: { readonly id: string; readonly size: number }, signal: AbortSignal): Promise<void>;
  /** Makes a new disk of it. */
  bring(snapshot: string, disk: string, signal: AbortSignal): Promise<void>;
  remove(snapshot: string): Promise<void>;
  list(): Promise<readonly string[]>;
}

const SUFFIX = '.snapshot';
const GIB = 2 ** 30;
const LONGEST_MS = 600_000;

export function openSnapshotFiles({ folder, run }: { readonly folder: string; readonly run: RunCommand }): SnapshotFiles {
  const fileOf = (snapshot: string): string => join(folder, snapshot + SUFFIX);
  // What was never written takes no space, and no time.
  const copy = async (from: string, to: string, signal: AbortSignal): Promise<void> =>
    void (await run('cp', ['--sparse=always', '--reflink=auto', from, to], { signal, timeoutMs: LONGEST_MS }));
  return {
    async keep(snapshot, { id, size }, signal) {
      await makeFolder(folder);
      const from = diskFile(folder, id);
      if (await stat(from).catch(() => undefined)) return copy(from, fileOf(snapshot), signal);
      // Nobody has had it yet.
      await writeFile(fileOf(snapshot), '', { mode: 0o600 });
      await truncate(fileOf(snapshot), size * GIB);
    },
    bring: (snapshot, disk, signal) => copy(fileOf(snapshot), diskFile(folder, disk), signal),
    remove: (snapshot) => rm(fileOf(snapshot), { force: true }),
    async list() {
      const names = await readdir(folder).catch(() => []);
      return names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
    },
  };
}
