import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DockerEngine } from '../../src/machines/engine.js';
import { ALL_EIPS, claimEipPool } from '../../src/machines/network/eip-pool.js';
import type { Network } from '../../src/machines/network/network-plan.js';
import { openNetwork } from '../../src/machines/network/open-network.js';
import { runCommand } from '../../src/machines/run-command.js';
import { importFolder, TEST_LABEL } from '../../../../test/helpers/docker-engine.js';

/** Networks of an emulator of its own, with hosts that start in no time: they run this computer's programs. */
export interface NetworkLab {
  readonly instance: string;
  readonly pool: string;
  /** What could not be had. */
  readonly problems: string[];
  readonly network: Network;
  /** The same instance once more, as another process would have it. */
  reopen(): Network;
  eip(number: number): string;
  host(vpc: string, ip: string): Promise<LabHost>;
  /** May be called again. */
  end(): Promise<void>;
}

/** Runs test/fixtures/network-host.mjs. */
export interface LabHost {
  readonly name: string;
  /** What a server on another machine says to it, or why it says nothing. */
  who(address: string, port?: number): Promise<string>;
  remove(): Promise<void>;
}

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
/** Read-only in every host: the image itself has nothing but links. */
const BINDS = ['/usr', dirname(process.execPath), FIXTURES].filter((path) => !path.startsWith('/usr/')).map((path) => `${path}:${path}:ro`);

export async function openNetworkLab(engine: DockerEngine, { isRoot = true } = {}): Promise<NetworkLab> {
  const word = randomBytes(4).toString('hex');
  const instance = `test-${word}`;
  const image = `nomadctl-test-host:${word}`;
  const containers = new Set<string>();
  const problems: string[] = [];
  const pool = await claimEipPool({ instance, isRoot, run: runCommand });
  const reopen = (): Network =>
    openNetwork({ instance, engine, run: runCommand, isRoot, pool: pool.cidr, onProblem: (problem) => void problems.push(problem) });
  const network = reopen();
  await importLinks(engine, image);

  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    await Promise.all([...containers].map(remove));
    await network.close();
    await reopen().purge();
    pool.release();
    await engine.call({ method: 'DELETE', path: `/images/${image}`, query: { force: true } });
  };
  const remove = async (id: string): Promise<void> => {
    await engine.call({ method: 'DELETE', path: `/containers/${id}`, query: { force: true } });
    containers.delete(id);
  };
  return {
    instance,
    pool: pool.cidr,
    problems,
    network,
    reopen,
    eip: (number) => pool.cidr.replace(/\.0\/\d+$/, `.${number}`),
    async host(vpc, ip) {
      const name = `${vpc}-${ip.split('.').at(-1)}`;
      const net = network.networkOf(vpc, ip);
      const command = [process.execPath, join(FIXTURES, 'network-host.mjs')];
      const { Id } = await engine.call<{ Id: string }>({
        method: 'POST',
        path: '/containers/create',
        body: {
          Image: image,
          Hostname: name,
          Cmd: command,
          Labels: { [TEST_LABEL]: word },
          HostConfig: { NetworkMode: net, Binds: BINDS, CapAdd: ['NET_ADMIN'], Sysctls: { 'net.ipv4.conf.all.route_localnet': '1' } },
          NetworkingConfig: { EndpointsConfig: { [net]: { IPAMConfig: { IPv4Address: ip } } } },
        },
      });
      containers.add(Id);
      await engine.call({ method: 'POST', path: `/containers/${Id}/start` });
      const whoOf = async (address: string, port = 80): Promise<string> => {
        const { output } = await engine.exec(Id, [process.execPath, join(FIXTURES, 'who.mjs'), address, String(port)]);
        return output;
      };
      const gateway = ip.replace(/\d+$/, '1');
      await engine.exec(Id, ['/sbin/ip', 'route', 'add', ALL_EIPS, 'via', gateway, 'table', 'local']);
      for (let tries = 0; tries < 50 && (await whoOf('127.0.0.1', 9101)) !== 'ready'; tries++)
        await new Promise((done) => setTimeout(done, 50));
      return { name, who: whoOf, remove: () => remove(Id) };
    },
    end: () => (ending ??= end()),
  };
}

async function importLinks(engine: DockerEngine, image: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nomadctl-links-'));
  try {
    for (const name of ['usr', 'etc', 'proc', 'tmp']) mkdirSync(join(folder, name));
    for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(folder, name));
    writeFileSync(join(folder, 'etc', 'passwd'), 'root:x:0:0:root:/:/bin/sh\n');
    await importFolder(engine, folder, image);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a TCP server says to this computer, or why it says nothing. */
export async function who(address: string, { port = 80, from }: { readonly port?: number; readonly from?: string } = {}): Promise<string> {
  const socket = connect({ host: address, port, ...(from === undefined ? {} : { localAddress: from }) });
  socket.setTimeout(1500, () => socket.destroy(new Error('timeout')));
  try {
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return text;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}

/** Bytes that come within so many milliseconds. */
export async function hears(socket: Socket, ms: number): Promise<number> {
  const before = socket.bytesRead;
  await new Promise((done) => setTimeout(done, ms));
  return socket.bytesRead - before;
}

/** An open connection. */
export async function dial(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port });
  await once(socket, 'connect');
  return socket.resume().on('error', () => undefined);
}
