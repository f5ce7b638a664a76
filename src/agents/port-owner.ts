import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface PortOwner {
  readonly pid: number;
  readonly program: string;
}

/**
 * The process that listens on a TCP port of an address (or of all addresses). Linux only, through proc(5); other
 * people's processes stay unknown to an ordinary user.
 */
export function portOwner(address: string, port: number): PortOwner | undefined {
  try {
    const inodes = listeningInodes(address, port);
    return inodes.size === 0 ? undefined : processWithSocket(inodes);
  } catch {
    return undefined;
  }
}

const LISTEN = '0A';

function listeningInodes(address: string, port: number): Set<string> {
  const wanted = hexPort(port);
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      const [host = '', localPort] = local.split(':');
      if (state === LISTEN && localPort === wanted && inode && covers(host, address)) inodes.add(inode);
    }
  }
  return inodes;
}

function covers(host: string, address: string): boolean {
  const octets = address.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0').toUpperCase());
  return /^0+$/.test(host) || host.endsWith(octets.reverse().join(''));
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}

function processWithSocket(inodes: ReadonlySet<string>): PortOwner | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const holds = readdirSync(`/proc/${pid}/fd`).some((fd) =>
        inodes.has(/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? ''),
      );
      if (holds) return { pid: Number(pid), program: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() };
    } catch {
      // Not ours to look at, or gone in the meantime.
    }
  }
  return undefined;
}
