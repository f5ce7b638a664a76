import { connect } from 'node:net';
import { mkdir } from 'node:fs/promises';
import type { Context } from '../../context.js';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { isAbort, OutcomeError, ToolError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import { makeUserFolder } from '@nomadctl/base/user-folder';
import type { AgentPorts } from '../../cluster/agent-ports.js';
import type { ClusterHost } from '../../cluster/cluster-host.js';
import { isListening } from '../../clients/probe/is-listening.js';
import { jumpConfig } from '../ssh-config.js';
import type { SshPaths } from '../ssh-key.js';
import { doorAddress } from './door-address.js';
import { controlSocket, jumpConfigFile, jumpDestination, jumpFolder, jumpWayOf, type JumpWay } from './jump-way.js';

/** Where agents are found on this computer that cannot be reached from it, by the private address of their host. */
export type Doors = ReadonlyMap<string, string>;

export interface DoorsRequest {
  readonly hosts: readonly ClusterHost[];
  readonly paths: SshPaths;
  readonly ports: AgentPorts;
  readonly ctx: Pick<Context, 'exec' | 'signal'>;
}

/** Nobody has to see to its end: the connection ends by itself when nothing went through it for so long. */
const IDLE_SECONDS = 3600;
const CONNECT_MS = 30_000;

type Through = JumpWay & { readonly kind: 'given' | 'client' };

/**
 * Has servers without a public address answer on this computer: one connection of ssh to the computer in between leads to all of them. It
 * stays for the commands that follow. Nothing to do where they are reached as they are.
 * @throws OutcomeError `jump-unreachable`
 */
export async function openDoors({ hosts, paths, ports, ctx }: DoorsRequest): Promise<Doors> {
  const behind = hosts.filter(({ role, publicIp }) => role !== 'client' && publicIp === undefined);
  if (behind.length === 0) return new Map();
  const way = await jumpWayOf(hosts, paths);
  if (way.kind === 'direct' || way.kind === 'server') return new Map();
  const leads = behind.map((host) => ({
    at: doorAddress(paths.folder, host.privateIp),
    port: host.role === 'consul-server' ? ports.consulHttp : ports.nomadHttp,
    to: host.privateIp,
  }));
  const doors = new Map(leads.map(({ to, at }) => [to, at]));
  const forwards = leads.map(({ at, port, to }) => `${at}:${port}:${to}:${port}`);
  if (!(await isOpen(way, paths))) await connectJump(way, forwards, { paths, ctx });
  // A connection that was there may be of a time with fewer servers.
  for (const [index, { at, port }] of leads.entries()) {
    if (await isListening({ host: at, port }, ctx.signal)) continue;
    ctx.signal.throwIfAborted();
    await jumpCommand(way, { paths, ctx }, ['-O', 'forward', '-L', forwards[index] ?? '']).catch((error: unknown) => {
      throw unreachable(way, error);
    });
  }
  return doors;
}

/** Ends the connection, where there is one: with the cluster nobody needs it. */
export async function closeDoors({ hosts, paths, ctx }: Omit<DoorsRequest, 'ports'>): Promise<void> {
  const way = await jumpWayOf(hosts, paths);
  if ((way.kind !== 'given' && way.kind !== 'client') || !(await isOpen(way, paths))) return;
  await jumpCommand(way, { paths, ctx }, ['-O', 'exit']).catch((error: unknown) => {
    if (isAbort(error)) throw error;
  });
}

async function connectJump(way: Through, forwards: readonly string[], at: Pick<DoorsRequest, 'paths' | 'ctx'>): Promise<void> {
  makeUserFolder();
  await mkdir(jumpFolder(), { recursive: true, mode: 0o700 });
  if (way.kind === 'client') {
    await makeFolder(at.paths.folder);
    await writeFileAtomic(jumpConfigFile(at.paths), jumpConfig(way.host, at.paths));
  }
  const settings = {
    ...{ ControlMaster: 'yes', ControlPersist: String(IDLE_SECONDS), ExitOnForwardFailure: 'yes', BatchMode: 'yes' },
    ...{ ConnectTimeout: '10', ServerAliveInterval: '5', ServerAliveCountMax: '3' },
  };
  const words = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  try {
    await jumpCommand(way, at, ['-f', '-N', ...words, ...forwards.flatMap((forward) => ['-L', forward])]);
  } catch (error) {
    // Another run was quicker.
    if (isAbort(error) || (await isOpen(way, at.paths))) {
      at.ctx.signal.throwIfAborted();
      return;
    }
    throw unreachable(way, error);
  }
}

async function jumpCommand(way: Through, { paths, ctx }: Pick<DoorsRequest, 'paths' | 'ctx'>, words: readonly string[]): Promise<void> {
  const socket = ['-o', `ControlPath=${controlSocket(way, paths)}`];
  await ctx.exec.run('ssh', [...socket, ...words, ...jumpDestination(way, paths)], { cwd: '/', signal: ctx.signal, timeoutMs: CONNECT_MS });
}

/** Whether a connection is there that takes further ones. One whose ssh was killed has left its socket. */
function isOpen(way: Through, paths: SshPaths): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(controlSocket(way, paths));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function unreachable(way: Through, error: unknown): unknown {
  if (isAbort(error) || !(error instanceof ToolError)) return error;
  const name = way.kind === 'given' ? way.destination : way.host.name;
  return new OutcomeError(`${name}, through which hosts without a public address are reached, lets nobody through`, {
    code: 'jump-unreachable',
    why: error.why.length > 0 ? error.why : [error.message],
    next:
      way.kind === 'given'
        ? hint`${shell`ssh ${way.port === undefined ? [] : ['-p', way.port]} ${way.destination} true`} has to work without a question; another one: ${nomadctl`config set jumpHost <user@host>`}`
        : hint`${nomadctl`status`}; another way in: ${nomadctl`config set jumpHost <user@host>`}`,
    cause: error,
  });
}
