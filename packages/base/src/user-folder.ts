import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { PrerequisiteError } from './errors.js';
import { hint, shell } from './hint/hint.js';

/** What all clusters of a user share for as long as the computer runs, whatever their homes. */
export function userFolder(): string {
  return join(tmpdir(), `nomadctl-${userName()}`);
}

/**
 * Makes it (0700) where it is missing. Everybody may make folders beside it: one that somebody else has made first would let him put
 * his own sockets in the place of ours.
 * @throws PrerequisiteError `user-folder-foreign` for one that is not the user's own, or that others may write to; `not-writable`
 */
export function makeUserFolder(folder = userFolder()): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    // A file, or a link that leads nowhere, is looked at below.
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw notWritable(folder, cause);
  }
  const found = lstatSync(folder);
  const uid = process.getuid?.();
  if (found.isDirectory() && (uid === undefined || (found.uid === uid && (found.mode & 0o022) === 0))) return;
  throw new PrerequisiteError(`${folder} is not a folder of yours alone`, {
    code: 'user-folder-foreign',
    why: !found.isDirectory()
      ? 'it is a link or a file'
      : found.uid === uid
        ? 'others may write to it'
        : `it belongs to user ${found.uid}, who could take the place of agents of yours`,
    next: hint`${shell`ls -ld ${folder}`}, and remove it, or set TMPDIR to a folder that you alone may write to`,
  });
}

function notWritable(folder: string, cause: unknown): PrerequisiteError {
  return new PrerequisiteError(`${folder} could not be made`, {
    code: 'not-writable',
    cause,
    next: hint`set TMPDIR to a folder that you may write to`,
  });
}

/** In containers a user may have a number and no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'user');
  }
}
