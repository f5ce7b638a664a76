import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Context } from '../../context.js';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { isAbort, OutcomeError, ToolError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import { readIfThere } from '@nomadctl/base/read-if-there';
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
const END_TRIES = 100;
const END_PAUSE_MS = 20;

/**
 * Makes the connection to the computer in between where it is not there, and has ssh listen here for what leads through it. It stays for the
 * commands that follow.
 * @throws OutcomeError `jump-unreachable`
 */
export async function ensureForwards(request: JumpRequest, forwards: readonly Forward[]): Promise<void> {
  // Only one can have the addresses here: one that leads elsewhere makes room.
  const elsewhere = (await readIfThere(leadsTo(request))) !== placeOf(request);
  if (elsewhere) await endConnection(request);
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
export async function endConnection(request: Pick<JumpRequest, 'paths' | 'ctx'>): Promise<void> {
  if (!(await isConnected(request))) return;
  const { paths, ctx } = request;
  await run({ paths, ctx }, ['-O', 'exit', 'whoever-it-leads-to']).catch((error: unknown) => {
    if (isAbort(error)) throw error;
  });
  // It says so, and ends a moment later: until then it has the addresses.
  for (let tries = 0; tries < END_TRIES && (await isConnected(request)); tries++) await setTimeout(END_PAUSE_MS);
}

/** What is kept of where the connection leads. */
const leadsTo = ({ paths }: Pick<JumpRequest, 'paths'>): string => join(paths.folder, 'jump-way');
const placeOf = ({ way }: JumpRequest): string => (way.kind === 'client' ? way.host.id : `${way.destination} ${way.port ?? ''}`);

async function connectJump(request: JumpRequest, forwards: readonly Forward[]): Promise<void> {
  const { way, paths, ctx } = request;
  makeUserFolder();
  await makeFolder(jumpFolder());
  await makeFolder(paths.folder);
  if (way.kind === 'client') {
    await writeFileAtomic(jumpConfigFile(paths), jumpConfig(way.host, paths));
  }
  await writeFileAtomic(leadsTo(request), placeOf(request));
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

function jumpCommand({ way, paths, ctx }: JumpRequest, words: readonly string[]): Promise<void> {
  return run({ paths, ctx }, [...words, ...jumpDestination(way, paths)]);
}

async function run({ paths, ctx }: Pick<JumpRequest, 'paths' | 'ctx'>, words: readonly string[]): Promise<void> {
  const argv = ['-o', `ControlPath=${controlSocket(paths)}`, ...words];
  await ctx.exec.run('ssh', argv, { cwd: '/', signal: ctx.signal, timeoutMs: CONNECT_MS });
}

/** Whether a connection is there that takes further ones. One whose ssh was killed has left its socket. */
function isConnected({ paths }: Pick<JumpRequest, 'paths'>): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(controlSocket(paths));
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
