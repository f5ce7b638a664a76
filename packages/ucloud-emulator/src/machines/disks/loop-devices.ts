import { accessSync, constants } from 'node:fs';
import { open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { RunCommand } from '../run-command.js';

/** A block device of the computer's. */
export interface LoopDevice {
  readonly major: number;
  readonly minor: number;
}

/** Data disks: files that take only the space that is written, behind loop devices. */
export interface LoopDevices {
  /** Why there can be none. */
  readonly problem: string | undefined;
  /** Makes the file, enlarges it, and puts a device before it, as far as that lacks. @param size in GiB */
  attach(disk: string, size: number): Promise<LoopDevice>;
  /** Takes the device away; one that is in use goes when it no longer is. */
  detach(disk: string): Promise<void>;
  remove(disk: string): Promise<void>;
  /** Disks that have a file. */
  list(): Promise<readonly string[]>;
}

const GIB = 2 ** 30;
const SUFFIX = '.disk';

export const diskFile = (folder: string, disk: string): string => join(folder, disk + SUFFIX);

export interface LoopOptions {
  readonly folder: string;
  readonly run: RunCommand;
  readonly isRoot: boolean;
}

export function openLoopDevices({ folder, run, isRoot }: LoopOptions): LoopDevices {
  const fileOf = (disk: string): string => diskFile(folder, disk);
  const devicesOf = async (disk: string): Promise<readonly string[]> => {
    const listed = await run('losetup', ['--noheadings', '--output', 'NAME,AUTOCLEAR', '--associated', fileOf(disk)]);
    // One that clears itself is on its way out.
    return listed.split('\n').flatMap((line) => /^(\/dev\/\S+) +0/.exec(line)?.[1] ?? []);
  };
  const detach = async (disk: string): Promise<void> => {
    for (const device of await devicesOf(disk)) await run('losetup', ['--detach', device]);
  };
  return {
    problem: whyNone(isRoot),
    async attach(disk, size) {
      await makeFolder(folder);
      const grown = await makeFile(fileOf(disk), size * GIB);
      const [there] = await devicesOf(disk);
      const device = there ?? (await run('losetup', ['--find', '--show', fileOf(disk)])).trim();
      if (there && grown) await run('losetup', ['--set-capacity', there]);
      return numbersOf(device);
    },
    async detach(disk) {
      if (await stat(fileOf(disk)).catch(() => undefined)) await detach(disk);
    },
    async remove(disk) {
      if (await stat(fileOf(disk)).catch(() => undefined)) await detach(disk);
      await rm(fileOf(disk), { force: true });
    },
    async list() {
      const names = await readdir(folder).catch(() => []);
      return names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
    },
  };
}

function whyNone(isRoot: boolean): string | undefined {
  if (!isRoot) return 'disks are loop devices, which take root';
  try {
    accessSync('/dev/loop-control', constants.R_OK);
    return undefined;
  } catch {
    return 'this computer has no loop devices (/dev/loop-control)';
  }
}

/** @returns whether it became larger. A disk never becomes smaller. */
async function makeFile(path: string, size: number): Promise<boolean> {
  const file = await open(path, 'a', 0o600);
  const before = (await file.stat()).size;
  await file.close();
  if (before >= size) return false;
  await truncate(path, size);
  return true;
}

async function numbersOf(device: string): Promise<LoopDevice> {
  const { rdev } = await stat(device);
  // https://man7.org/linux/man-pages/man3/makedev.3.html, for numbers below 4096 and 2^20
  return { major: (rdev >>> 8) & 0xfff, minor: (rdev & 0xff) | ((rdev >>> 12) & 0xfff00) };
}
