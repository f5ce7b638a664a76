import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { LockedError } from '../errors.js';
import { identify, isAlive, type ProcessIdentity } from '../lib/process-identity.js';
import type { Report, ToolContext } from './tool-context.js';
import { lockFile, toolsNotWritable } from './tool-folder.js';
import type { ToolName } from './tool-versions.js';

/**
 * One installer per tool. Unlike a cluster's lock this one is waited for: the other run is making just what we need.
 * A lock whose owner is dead is taken over at once; process id and start time tell, not a heartbeat.
 */
interface Owner extends ProcessIdentity {
  readonly host: string;
  readonly token: string;
}

const LOOK_AGAIN_MS = 250;
/** A build from source on a slow machine, twice over. */
const LONGEST_WAIT_MS = 60 * 60 * 1000;

/** @throws LockedError when a living process holds it for longer than an hour; the signal's reason when aborted. */
export async function withInstallLock<Result>(
  ctx: ToolContext,
  tool: ToolName,
  { report, work }: { report: Report; work: () => Promise<Result> },
): Promise<Result> {
  const path = lockFile(ctx, tool);
  const mine = JSON.stringify(self());
  const deadline = ctx.clock.now() + LONGEST_WAIT_MS;
  for (;;) {
    const holder = await tryLock(path, mine);
    if (!holder) break;
    if (ctx.clock.now() > deadline) throw heldTooLong(tool, holder);
    report(`waiting for process ${holder.pid}${holder.host === hostname() ? '' : ` on ${holder.host}`}, which is installing ${tool}`);
    await ctx.clock.sleep(LOOK_AGAIN_MS, ctx.signal);
  }
  try {
    return await work();
  } finally {
    if ((await read(path)) === mine) await rm(path, { force: true });
  }
}

/** Whether a living process is installing this tool right now. */
export async function installingNow(ctx: ToolContext, tool: ToolName): Promise<number | undefined> {
  const text = await read(lockFile(ctx, tool));
  const owner = text === undefined ? undefined : ownerIn(text);
  return owner && isHeld(owner) ? owner.pid : undefined;
}

/** Takes the lock, or returns who holds it. */
async function tryLock(path: string, mine: string): Promise<Owner | undefined> {
  for (let attempt = 0; attempt < 20; attempt++) {
    if (await create(path, mine)) return undefined;
    const text = await read(path);
    if (text === undefined) continue;
    const owner = ownerIn(text);
    if (owner && isHeld(owner)) return owner;
    await removeStale(path, text);
  }
  // Others take it again and again: as good as held by the last of them.
  return { ...self(), pid: 0 };
}

/** A link appears with its whole content or not at all, and never replaces a file. */
async function create(path: string, content: string): Promise<boolean> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(temporary, content, { mode: 0o600 });
    await link(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw toolsNotWritable(dirname(dirname(path)), error);
  } finally {
    // What went wrong before this matters more than what is left.
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Moves the file away and looks at what was moved, so that two takers never remove a fresh lock for a stale one. */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  await rename(path, aside).catch(() => undefined);
  const moved = await read(aside);
  if (moved !== undefined && moved !== stale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function self(): Owner {
  const identity = identify(process.pid);
  if (!identity) throw new Error('this process cannot see itself');
  return { ...identity, host: hostname(), token: randomBytes(8).toString('hex') };
}

/** On another machine (a shared home) we cannot look, so its lock counts as held. */
function isHeld(owner: Owner): boolean {
  return owner.host !== hostname() || isAlive(owner);
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function ownerIn(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner>;
    return typeof owner.pid === 'number' && typeof owner.started === 'string' && typeof owner.host === 'string'
      ? (owner as Owner)
      : undefined;
  } catch {
    return undefined;
  }
}

function heldTooLong(tool: ToolName, owner: Owner): LockedError {
  return new LockedError(`process ${owner.pid} on ${owner.host} has been installing ${tool} for over an hour`, {
    code: 'install-lock-held',
    why: 'only one run at a time installs a tool',
    next: owner.host === hostname() ? `stop it with: kill -INT ${owner.pid}` : `look at it on ${owner.host}`,
    details: { pid: owner.pid, host: owner.host },
  });
}
