import { connect } from 'node:net';
import { mkdir } from 'node:fs/promises';
import type { Context } from '../../context.js';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { isAbort, OutcomeError, ToolError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import { makeUserFolder } from '@nomadctl/base/user-folder';
import { isListening } from '../../clients/probe/is-listening.js';
import { jumpConfig } from '../ssh-config.js';
import type { SshPaths } from '../ssh-key.js';
import { controlSocket, jumpConfigFile, jumpDestination, jumpFolder, type JumpWay } from './jump-way.js';

/** A way through another computer, and what it takes to go it. */
export interface JumpRequest {
  readonly way: JumpWay & { readonly kind: 'given' | 'client' };
  readonly paths: SshPaths;
  readonly ctx: Pick<Context, 'exec' | 'signal'>;
}

/** An address and port of this computer that ssh listens at. */
export interface Forward {
  readonly at: string;
  readonly port: number;
  /** What ssh is told: `-L` with where it leads, or `-D`. */
  readonly words: readonly string[];
}

/** Nobody has to see to its end: the connection ends by itself when nothing went through it for so long. */
const IDLE_SECONDS = 3600;
const CONNECT_MS = 30_000;

/**
 * Makes the connection to the computer in between where it is not there, and has ssh listen here for what leads through it. It stays for the
 * commands that follow.
 * @throws OutcomeError `jump-unreachable`
 */
export async function ensureForwards(request: JumpRequest, forwards: readonly Forward[]): Promise<void> {
  if (!(await isConnected(request))) await connectJump(request, forwards);
  // One that was there may be of a time with fewer servers.
  for (const { at, port, words } of forwards) {
    if (await isListening({ host: at, port }, request.ctx.signal)) continue;
    request.ctx.signal.throwIfAborted();
    await jumpCommand(request, ['-O', 'forward', ...words]).catch((error: unknown) => {
      throw unreachable(request, error);
    });
  }
}

/** Ends the connection, where there is one. */
export async function endConnection(request: JumpRequest): Promise<void> {
  if (!(await isConnected(request))) return;
  await jumpCommand(request, ['-O', 'exit']).catch((error: unknown) => {
    if (isAbort(error)) throw error;
  });
}

async function connectJump(request: JumpRequest, forwards: readonly Forward[]): Promise<void> {
  const { way, paths, ctx } = request;
  makeUserFolder();
  await mkdir(jumpFolder(), { recursive: true, mode: 0o700 });
  if (way.kind === 'client') {
    await makeFolder(paths.folder);
    await writeFileAtomic(jumpConfigFile(paths), jumpConfig(way.host, paths));
  }
  const settings = {
    ...{ ControlMaster: 'yes', ControlPersist: String(IDLE_SECONDS), ExitOnForwardFailure: 'yes', BatchMode: 'yes' },
    ...{ ConnectTimeout: '10', ServerAliveInterval: '5', ServerAliveCountMax: '3' },
  };
  const words = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  try {
    await jumpCommand(request, ['-f', '-N', ...words, ...forwards.flatMap((forward) => forward.words)]);
  } catch (error) {
    ctx.signal.throwIfAborted();
    // Another run was quicker.
    if (await isConnected(request)) return;
    throw unreachable(request, error);
  }
}

async function jumpCommand({ way, paths, ctx }: JumpRequest, words: readonly string[]): Promise<void> {
  const socket = ['-o', `ControlPath=${controlSocket(way, paths)}`];
  await ctx.exec.run('ssh', [...socket, ...words, ...jumpDestination(way, paths)], { cwd: '/', signal: ctx.signal, timeoutMs: CONNECT_MS });
}

/** Whether a connection is there that takes further ones. One whose ssh was killed has left its socket. */
function isConnected({ way, paths }: JumpRequest): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(controlSocket(way, paths));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function unreachable({ way }: JumpRequest, error: unknown): unknown {
  if (isAbort(error) || !(error instanceof ToolError)) return error;
  const name = way.kind === 'given' ? way.destination : way.host.name;
  const another = nomadctl`config set jumpHost <user@host>`;
  return new OutcomeError(`${name}, through which hosts without a public address are reached, lets nobody through`, {
    code: 'jump-unreachable',
    why: error.why.length > 0 ? error.why : [error.message],
    next:
      way.kind === 'given'
        ? hint`${shell`ssh ${way.port === undefined ? [] : ['-p', way.port]} ${way.destination} true`} has to work without a question; another one: ${another}`
        : hint`${nomadctl`status`}; another way in: ${another}`,
    cause: error,
  });
}
