import { readFile } from 'node:fs/promises';
import type { Context } from '../../context.js';
import { findProgram } from '../find-program.js';
import { packageInstall, type PackageNames } from '../system-packages.js';
import type { Prerequisite } from './prerequisite.js';
import { asRoot } from '@nomadctl/base/hint/hint';

/** What the emulator's hosts need besides a container engine; Linux only, where they are containers of the computer itself. */
export async function emulatorPrerequisites(
  ctx: Context,
  { platform = process.platform, uid = process.getuid?.(), instancesFile = INSTANCES_FILE } = {},
): Promise<Prerequisite[]> {
  if (platform !== 'linux') return [];
  return Promise.all([
    program(ctx, { name: 'debootstrap', title: 'debootstrap', use: 'making its images where no registry is reached', uid }),
    program(ctx, { name: 'iptables-restore', title: 'iptables', use: 'its firewalls and peerings', uid }),
    inotifyInstances(instancesFile),
  ]);
}

/** https://docs.kernel.org/filesystems/inotify.html; systemd of Debian 12 and its services take eight in every host. */
const INSTANCES_FILE = '/proc/sys/fs/inotify/max_user_instances';
const INSTANCES_PER_HOST = 8;
const ENOUGH_INSTANCES = 512;

/** The kernel gives 128 to a user unless told otherwise, and all hosts are the same user's. */
async function inotifyInstances(file: string): Promise<Prerequisite> {
  const most = Number(await readFile(file, 'utf8').catch(() => ENOUGH_INSTANCES));
  const hosts = Math.floor(most / INSTANCES_PER_HOST);
  return {
    id: 'emulator-inotify',
    title: 'inotify',
    neededFor: 'emulator --machines docker: the systemd of many hosts',
    found: `${most} instances, for about ${hosts} hosts`,
    wanted: String(ENOUGH_INSTANCES),
    ok: most >= ENOUGH_INSTANCES,
    optional: true,
    ...(most >= ENOUGH_INSTANCES ? {} : { fix: { command: asRoot`sysctl -w fs.inotify.max_user_instances=1024` } }),
  };
}

interface Wanted {
  readonly name: string;
  /** Also what its package is called everywhere. */
  readonly title: string;
  readonly use: string;
  readonly uid: number | undefined;
}

async function program(ctx: Context, { name, title, use, uid }: Wanted): Promise<Prerequisite> {
  const path = await findProgram(ctx, name);
  const names: PackageNames = { apt: title, dnf: title, brew: title };
  const install = path === undefined ? await packageInstall(ctx, names, uid) : undefined;
  const root = uid === 0 ? '' : '; used as root only';
  return {
    id: `emulator-${title}`,
    title,
    neededFor: `emulator --machines docker: ${use}`,
    found: path === undefined ? 'nothing' : `${path}${root}`,
    wanted: 'any',
    ok: path !== undefined,
    optional: true,
    ...(install ? { fix: { command: install.command } } : {}),
  };
}
