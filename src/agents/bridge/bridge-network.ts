import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Exec } from '../../tools/exec.js';

/**
 * The bridge that Nomad's clients make for groups with `network { mode = "bridge" }`, under Nomad's own name and with its own addresses:
 * all clients of a computer share it. https://developer.hashicorp.com/nomad/docs/configuration/client#bridge_network_name
 */
export const BRIDGE = { name: 'nomad', address: '172.26.64.1/20', subnet: '172.26.64.0/20' } as const;

/** Where CNI's plugins are: Nomad's default, then what packages of Debian and of Red Hat's kind make. */
export const CNI_FOLDERS: readonly string[] = ['/opt/cni/bin', '/usr/lib/cni', '/usr/libexec/cni'];

const SYS = `/sys/class/net/${BRIDGE.name}`;
/** Tells ours from one that somebody else's Nomad made. */
const OURS = 'nomadctl';

export function hasBridge(): boolean {
  return existsSync(SYS);
}

/**
 * Makes the bridge before Nomad would, with its first allocation: clients look for their addresses once, when they start. One that is
 * there is left as it is.
 */
export async function makeBridge(exec: Exec): Promise<void> {
  if (hasBridge()) return;
  const ip = (...words: string[]) => exec.run('ip', words);
  await ip('link', 'add', BRIDGE.name, 'type', 'bridge');
  await ip('link', 'set', BRIDGE.name, 'alias', OURS);
  await ip('address', 'add', BRIDGE.address, 'dev', BRIDGE.name);
  await ip('link', 'set', BRIDGE.name, 'up');
}

/** Takes the bridge away that `makeBridge` has made, unless a group is on it, be it another cluster's. */
export async function removeBridge(exec: Exec): Promise<void> {
  if (!hasBridge() || readFileSync(`${SYS}/ifalias`, 'utf8').trim() !== OURS || readdirSync(`${SYS}/brif`).length > 0) return;
  await exec.run('ip', ['link', 'delete', BRIDGE.name], { accept: [0, 1, 2] });
}
