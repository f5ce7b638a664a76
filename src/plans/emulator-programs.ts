import type { Context } from '../context.js';
import { findProgram } from '../tools/find-program.js';
import { packageInstall, type PackageNames } from '../tools/system-packages.js';
import type { Prerequisite } from './prerequisite.js';

/** What the emulator's hosts need besides a container engine; Linux only, where they are containers of the computer itself. */
export async function emulatorPrerequisites(
  ctx: Context,
  { platform = process.platform, uid = process.getuid?.() } = {},
): Promise<Prerequisite[]> {
  if (platform !== 'linux') return [];
  return Promise.all([
    program(ctx, { name: 'debootstrap', title: 'debootstrap', use: 'making its images where no registry is reached', uid }),
    program(ctx, { name: 'iptables-restore', title: 'iptables', use: 'its firewalls and peerings', uid }),
  ]);
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
