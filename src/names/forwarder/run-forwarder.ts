import { existsSync, readFileSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { removeTemporaries, writeFileAtomic } from '@nomadctl/base/atomic-write';
import { identify, isAlive, type ProcessIdentity } from '@nomadctl/base/process-identity';
import type { DnsAddress } from '../../cluster/connection.js';
import { readRecord } from '../resolver/resolver-record.js';
import { FORWARDER_ADDRESS, nameserversIn } from '../resolver/resolver-way.js';
import { serveNames, type NamesServer, type Upstreams } from './serve-names.js';

const PORT = 53;
const LOOK_MS = 1000;

/**
 * Networks of containers and of Nomad's bridge: their own loopback is another one, so what is in there asks the bridge.
 * https://developer.hashicorp.com/nomad/docs/configuration/client#bridge_network_name
 */
const BRIDGES = ['docker0', 'nomad'];

function placeOf(root: string): string {
  return join(folderOf(root), 'dns-forwarder.json');
}

/** Ends it, if one runs, and takes away what it wrote. It holds nothing that would be lost. */
export async function endForwarder(root: string): Promise<void> {
  const running = runningForwarder(root);
  if (running) process.kill(running.pid, 'SIGKILL');
  await rm(placeOf(root), { force: true });
  await rm(logOf(root), { force: true });
  // Halves of what was being written when a command or the resolver itself was killed.
  for (const file of ['dns-forwarder.json', 'dns.json']) await removeTemporaries(folderOf(root), file);
  // Something else of ours may be in there.
  await rmdir(folderOf(root)).catch(() => {});
}

/** What it says where it cannot go on. */
export function logOf(root: string): string {
  return join(folderOf(root), 'dns-forwarder.log');
}

function folderOf(root: string): string {
  return join(root, 'var/lib/nomadctl');
}

/** The resolver of ours that runs, if one does. */
export function runningForwarder(root: string): ProcessIdentity | undefined {
  const path = placeOf(root);
  if (!existsSync(path)) return undefined;
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
    return isAlive(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Answers at port 53 for as long as the system is told to ask there: until the record of it goes, is of another run, or `signal` aborts.
 * It is a process of its own, and nobody waits for it.
 * @throws the system's error where it may not listen
 */
export async function runForwarder(root: string, signal: AbortSignal): Promise<void> {
  const record = await readRecord(root);
  if (record === undefined) return;
  const others = (): DnsAddress[] =>
    nameserversIn(textOf(record.file))
      .filter((address) => address !== FORWARDER_ADDRESS)
      .map((address) => ({ address, port: PORT }));
  const upstreams: Upstreams = { agents: () => record.agents, others };
  const servers = new Map<string, NamesServer>([
    [FORWARDER_ADDRESS, await serveNames({ address: FORWARDER_ADDRESS, port: PORT }, upstreams)],
  ]);
  const self = identify(process.pid);
  await writeFileAtomic(placeOf(root), JSON.stringify(self), 0o644);
  try {
    while (!signal.aborted && JSON.stringify(await readRecord(root)) === JSON.stringify(record)) {
      await serveBridges(servers, upstreams);
      await pause(signal);
    }
  } finally {
    for (const server of servers.values()) await server.close();
    if (isSelf(root, self)) await rm(placeOf(root), { force: true });
  }
}

/** Bridges come with the first container, and may go. One whose port 53 somebody else has is left to him. */
async function serveBridges(servers: Map<string, NamesServer>, upstreams: Upstreams): Promise<void> {
  for (const address of bridgeAddresses()) {
    if (servers.has(address)) continue;
    const server = await serveNames({ address, port: PORT }, upstreams).catch(() => undefined);
    if (server) servers.set(address, server);
  }
}

/** Addresses of this computer on its bridges, by the bridge's name. */
export function bridgeAddresses(): string[] {
  const all = networkInterfaces();
  return BRIDGES.flatMap((name) => (all[name] ?? []).filter(({ family }) => family === 'IPv4').map(({ address }) => address));
}

function isSelf(root: string, self: ProcessIdentity | undefined): boolean {
  return runningForwarder(root)?.pid === self?.pid;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LOOK_MS);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
