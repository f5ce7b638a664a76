import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LockedError } from '../errors.js';
import { writeFileAtomic } from '../lib/atomic-write.js';
import { formatAge } from '../lib/duration.js';
import { makeFolder } from '../lib/make-folder.js';
import { identify, isAlive, type ProcessIdentity } from '../lib/process-identity.js';
import { notWritable } from './journal.js';

/**
 * One run per cluster. The lock is a file with its owner's identity; a lock whose owner is dead is taken over at once.
 * Lock libraries rely on heartbeats, so that after a kill -9 the same command would have to wait for the heartbeat to go
 * stale; here the owner's process id and start time tell (lib/process-identity.ts), whatever the clock says.
 */
export interface LockOwner extends ProcessIdentity {
  readonly command: string;
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface HeldLock {
  release(): Promise<void>;
}

const ATTEMPTS = 50;
const PAUSE_MS = 10;

/** @throws LockedError when a living process holds it. */
export async function acquireLock(path: string, command: string, now: number): Promise<HeldLock> {
  const self = identify(process.pid);
  if (!self) throw new Error('this process cannot see itself');
  const owner: LockOwner = { ...self, command, host: hostname(), since: now };
  const mine = JSON.stringify({ ...owner, token: randomBytes(8).toString('hex') });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const holder = await tryToTake(path, mine);
    if (holder === undefined) return { release: () => release(path, mine) };
    if (holder !== 'changing') throw heldBy(holder, now);
    await sleep(PAUSE_MS);
  }
  // On a read-only disk Node's recursive mkdir says ENOENT, just as when another run removes the folder under us.
  if (!existsSync(dirname(path))) throw notWritable(path, new Error(`the folder ${dirname(path)} cannot be made: is the disk read-only?`));
  throw new LockedError(`the lock ${path} keeps changing hands`, {
    code: 'lock-held',
    why: 'other runs take it again and again',
    next: 'run the same command again',
  });
}

/** Nothing when the lock is now ours; else its living owner, or `changing` when it is worth another look. */
async function tryToTake(path: string, mine: string): Promise<LockOwner | 'changing' | undefined> {
  if (await create(path, mine)) return undefined;
  const found = await readLock(path);
  if (found === undefined) return 'changing';
  const holder = ownerIn(found);
  if (holder && isHeld(holder)) return holder;
  return (await takeOver(path, found, mine)) ? undefined : 'changing';
}

/**
 * Replaces a dead owner's lock by ours. Whoever does so holds a claim named after that very lock, and looks again under it:
 * so nobody replaces a lock that somebody else has taken over in the meantime. A claim is a lock like any other, and is
 * taken over like one when its owner died as well.
 */
async function takeOver(path: string, stale: string, mine: string): Promise<boolean> {
  const claim = `${path}.${createHash('sha256').update(stale).digest('hex').slice(0, 16)}.claim`;
  if ((await tryToTake(claim, mine)) !== undefined) return false;
  try {
    if ((await readLock(path)) !== stale) return false;
    await replace(path, mine);
    return true;
  } finally {
    await release(claim, mine);
  }
}

/** The living owner of a lock, for `status` and `list`. */
export async function lockOwner(path: string): Promise<LockOwner | undefined> {
  const found = await readLock(path);
  const owner = found === undefined ? undefined : ownerIn(found);
  return owner && isHeld(owner) ? owner : undefined;
}

/** On another machine (a shared home) we cannot look, so its lock counts as held. */
function isHeld(owner: LockOwner): boolean {
  return owner.host !== hostname() || isAlive(owner);
}

function heldBy(owner: LockOwner, now: number): LockedError {
  const where = owner.host === hostname() ? '' : ` on ${owner.host}`;
  return new LockedError(`another nomadctl is at work on this cluster: ${owner.command} (process ${owner.pid}${where})`, {
    code: 'lock-held',
    why: `it holds the lock since ${new Date(owner.since).toISOString()}, ${formatAge(now - owner.since)}`,
    next: `wait for it, or stop it with: kill -INT ${owner.pid}`,
    details: { pid: owner.pid, host: owner.host, since: owner.since, command: owner.command },
  });
}

/** A link appears with its whole content or not at all, and never replaces a file. */
async function create(path: string, content: string): Promise<boolean> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  await makeFolder(dirname(path)).catch((cause: unknown) => {
    throw notWritable(path, cause);
  });
  try {
    await writeFile(temporary, content, { mode: 0o600 });
    await link(temporary, path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // ENOENT: another run's `down` removed the folder under us.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    throw notWritable(path, error);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function replace(path: string, content: string): Promise<void> {
  try {
    await writeFileAtomic(path, content);
  } catch (error) {
    throw notWritable(path, error);
  }
}

async function release(path: string, mine: string): Promise<void> {
  if ((await readLock(path)) === mine) await rm(path, { force: true });
}

async function readLock(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** A file that is no lock of ours (torn by a full disk) has no owner. */
function ownerIn(text: string): LockOwner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<LockOwner>;
    return typeof owner.pid === 'number' && typeof owner.started === 'string' && typeof owner.host === 'string'
      ? (owner as LockOwner)
      : undefined;
  } catch {
    return undefined;
  }
}
