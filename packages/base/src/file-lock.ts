import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { link, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomic } from './atomic-write.js';
import { makeFolder } from './make-folder.js';
import { identify, isAlive, type ProcessIdentity } from './process-identity.js';

/**
 * A lock is a file with its owner's identity; one whose owner is dead is taken over at once. Lock libraries rely on
 * heartbeats, so that after a kill -9 the same command would have to wait for the heartbeat to go stale; here the owner's
 * process id and start time tell (process-identity.ts), whatever the clock says.
 */
export interface LockOwner extends ProcessIdentity {
  readonly host: string;
}

export interface HeldLock {
  release(): Promise<void>;
}

/** Ours, or whose. */
export type LockAttempt<Facts> = { readonly lock: HeldLock } | { readonly holder: LockOwner & Facts };

const ATTEMPTS = 50;
const PAUSE_MS = 10;

/**
 * Takes the lock, or tells who holds it; nothing when it keeps changing hands for half a second.
 * @param facts what others shall read about the owner.
 * @throws the disk's own error when the file can not be written.
 */
export async function takeLock<Facts extends object>(path: string, facts: Facts): Promise<LockAttempt<Facts> | undefined> {
  const self = identify(process.pid);
  if (!self) throw new Error('this process cannot see itself');
  const owner: LockOwner & Facts = { ...facts, ...self, host: hostname() };
  const mine = JSON.stringify({ ...owner, token: randomBytes(8).toString('hex') });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const holder = await tryToTake<Facts>(path, mine);
    if (holder === undefined) return { lock: { release: () => release(path, mine) } };
    if (holder !== 'changing') return { holder };
    await sleep(PAUSE_MS);
  }
  // On a read-only disk Node's recursive mkdir says ENOENT, just as when another run removes the folder under us.
  if (!existsSync(dirname(path))) throw new Error(`the folder ${dirname(path)} cannot be made: is the disk read-only?`);
  return undefined;
}

/** The living owner of a lock. */
export async function ownerOfLock<Facts extends object>(path: string): Promise<(LockOwner & Facts) | undefined> {
  const found = readLock(path);
  const owner = found === undefined ? undefined : ownerIn<Facts>(found);
  return owner && isHeld(owner) ? owner : undefined;
}

/** Nothing when the lock is now ours; else its living owner, or `changing` when it is worth another look. */
async function tryToTake<Facts>(path: string, mine: string): Promise<(LockOwner & Facts) | 'changing' | undefined> {
  if (await create(path, mine)) return undefined;
  const found = readLock(path);
  if (found === undefined) return 'changing';
  const holder = ownerIn<Facts>(found);
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
    if (readLock(path) !== stale) return false;
    await writeFileAtomic(path, mine);
    return true;
  } finally {
    await release(claim, mine);
  }
}

/** On another machine (a shared home) we cannot look, so its lock counts as held. */
function isHeld(owner: LockOwner): boolean {
  return owner.host !== hostname() || isAlive(owner);
}

/** A link appears with its whole content or not at all, and never replaces a file. */
async function create(path: string, content: string): Promise<boolean> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  await makeFolder(dirname(path));
  try {
    await writeFile(temporary, content, { mode: 0o600 });
    await link(temporary, path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // ENOENT: another run removed the folder under us.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  } finally {
    // What went wrong before this matters more than what is left.
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function release(path: string, mine: string): Promise<void> {
  if (readLock(path) === mine) await rm(path, { force: true });
}

function readLock(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** A file that is no lock of ours (torn by a full disk) has no owner. */
function ownerIn<Facts>(text: string): (LockOwner & Facts) | undefined {
  try {
    const owner = JSON.parse(text) as Partial<LockOwner>;
    return typeof owner.pid === 'number' && typeof owner.started === 'string' && typeof owner.host === 'string'
      ? (owner as LockOwner & Facts)
      : undefined;
  } catch {
    return undefined;
  }
}
