import { hostname } from 'node:os';
import { LockedError } from '@nomadctl/base/errors';
import { again, hint, shell } from '@nomadctl/base/hint/hint';
import { formatAge } from '@nomadctl/base/duration';
import { ownerOfLock, takeLock, type HeldLock, type LockOwner as Owner } from '@nomadctl/base/file-lock';
import { notWritable } from './journal.js';

/** Who works on a cluster: one run at a time. */
export interface LockOwner extends Owner {
  readonly command: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

type Facts = Pick<LockOwner, 'command' | 'since'>;

/** @throws LockedError when a living process holds it. */
export async function acquireLock(path: string, command: string, now: number): Promise<HeldLock> {
  const attempt = await takeLock<Facts>(path, { command, since: now }).catch((cause: unknown) => {
    throw notWritable(path, cause);
  });
  if (!attempt) throw keepsChanging(path);
  if ('holder' in attempt) throw heldBy(attempt.holder, now);
  return attempt.lock;
}

/**
 * Does something short while no other run is at work on the cluster.
 * @throws LockedError when a living process holds the lock.
 */
export async function underLock<T>(
  path: string,
  { command, now }: { readonly command: string; readonly now: number },
  work: () => Promise<T>,
): Promise<T> {
  const lock = await acquireLock(path, command, now);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** The living owner of a lock, for `status` and `list`. */
export async function lockOwner(path: string): Promise<LockOwner | undefined> {
  return ownerOfLock<Facts>(path);
}

function heldBy(owner: LockOwner, now: number): LockedError {
  const isHere = owner.host === hostname();
  const where = isHere ? '' : ` on ${owner.host}`;
  const stop = isHere
    ? hint`stop it with: ${shell`kill -INT ${owner.pid}`}`
    : hint`stop it on ${owner.host}: ${shell`kill -INT ${owner.pid}`}`;
  return new LockedError(`another nomadctl is at work on this cluster: ${owner.command} (process ${owner.pid}${where})`, {
    code: 'lock-held',
    why: `it holds the lock since ${new Date(owner.since).toISOString()}, ${formatAge(now - owner.since)}`,
    next: hint`wait for it, or ${stop}`,
    details: { pid: owner.pid, host: owner.host, since: owner.since, command: owner.command },
  });
}

function keepsChanging(path: string): LockedError {
  return new LockedError(`the lock ${path} keeps changing hands`, {
    code: 'lock-held',
    why: 'other runs take it again and again',
    next: again(),
  });
}
