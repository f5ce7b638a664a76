import { LockedError } from '@nomadctl/base/errors';
import { formatAge } from '@nomadctl/base/duration';
import { again, hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import type { StateOwner } from '../state-owner.js';
import { isHere, type RunOwner } from './run-owner.js';

/** Who works there, in a sentence without a full stop. */
export function saysHolder(holder: RunOwner | undefined): string {
  if (!holder) return 'somebody else has the lock, and does not say who';
  return `another nomadctl has the lock: ${holder.command} (process ${holder.pid} of ${holder.user} on ${holder.host})`;
}

/** @param until how long at the longest a run of a computer that is gone holds it, in words; nothing where it holds it for good */
export function heldBy(
  { name }: Pick<StateOwner, 'name'>,
  holder: RunOwner | undefined,
  { now, until }: { readonly now: number; readonly until?: string },
): LockedError {
  if (!holder) {
    return new LockedError(`the lock of cluster ${name} is held, and does not say by whom`, {
      code: 'run-held',
      why: 'another nomadctl is at work on it, or the lock was just given back',
      next: again(),
    });
  }
  const { user, host, pid, command, since, run } = holder;
  return new LockedError(`another nomadctl is at work on this cluster: ${command} (process ${pid} of ${user} on ${host})`, {
    code: 'run-held',
    why: [
      `it holds the lock since ${new Date(since).toISOString()}, ${formatAge(now - since)}; its run is ${run}`,
      ...(until === undefined || isHere(holder) ? [] : [`should ${host} be gone, the lock is free ${until}`]),
    ],
    next: isHere(holder)
      ? hint`wait for it, or stop it with: ${shell`kill -INT ${pid}`}`
      : hint`wait for it, or stop it on ${host}; should that computer be gone: ${nomadctl`state unlock ${name}`}`,
    details: { pid, host, user, since, command, run },
  });
}
