import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PrerequisiteError } from './errors.js';
import { hint } from './hint/hint.js';
import { makeUserFolder, userFolder } from './user-folder.js';

/**
 * All clusters and emulators of a user share one loopback network, so each claims a part of it: a file, made exclusively,
 * that names its owner. A claim whose owner has gone is free again.
 */
export interface Claims {
  /** Claims the first free slot below `limit` for which `accept` answers true; a slot that is already ours comes first. */
  claim(owner: string, limit: number, accept: (slot: number) => Promise<boolean>): Promise<number | undefined>;
  /** Puts down a claim that must be there already. */
  keep(owner: string, slot: number): void;
  has(owner: string, slot: number): boolean;
  release(owner: string): void;
}

/** @param isGone tells it of an owner; by default owners are folders. */
export function createClaims(folder = join(userFolder(), 'claims'), isGone = (owner: string): boolean => !existsSync(owner)): Claims {
  const take = (slot: number, owner: string): boolean => takeSlot(join(folder, String(slot)), owner, isGone);
  return {
    async claim(owner, limit, accept) {
      makeFolder(folder);
      const ours = slots(folder).find((slot) => ownerOf(folder, slot) === owner);
      if (ours !== undefined) return ours;
      for (let slot = 0; slot < limit; slot++) {
        if (!take(slot, owner)) continue;
        if (await accept(slot)) return slot;
        rmSync(join(folder, String(slot)), { force: true });
      }
      return undefined;
    },
    keep(owner, slot) {
      makeFolder(folder);
      if (ownerOf(folder, slot) !== owner) take(slot, owner);
    },
    has: (owner, slot) => ownerOf(folder, slot) === owner,
    release(owner) {
      if (!existsSync(folder)) return;
      for (const slot of slots(folder)) if (ownerOf(folder, slot) === owner) rmSync(join(folder, String(slot)), { force: true });
    },
  };
}

const ABANDONED_MS = 60_000;

function makeFolder(folder: string): void {
  if (dirname(folder) === userFolder()) makeUserFolder();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw notClaimed(folder, cause);
  }
  // What a run that was killed was about to put in place.
  for (const name of readdirSync(folder).filter((entry) => /\.(tmp|stale)$/.test(entry))) {
    const age = Date.now() - (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > ABANDONED_MS) rmSync(join(folder, name), { force: true });
  }
}

function slots(folder: string): number[] {
  return readdirSync(folder).map(Number).filter(Number.isInteger);
}

function ownerOf(folder: string, slot: number): string | undefined {
  return read(join(folder, String(slot)));
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The file appears with its owner in it or not at all, and never in place of another one. */
function takeSlot(path: string, owner: string, isGone: (owner: string) => boolean): boolean {
  const holder = read(path);
  if (holder !== undefined && !isGone(holder)) return false;
  if (holder !== undefined) removeStale(path, holder);
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    writeFileSync(temporary, owner, { mode: 0o600 });
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw notClaimed(path, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Moves the claim away first and looks at what was moved, so that a fresh one is never removed for a stale one. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${randomBytes(4).toString('hex')}.stale`;
  try {
    renameSync(path, aside);
    if (read(aside) !== stale) linkSync(aside, path);
  } catch {
    // Somebody else was quicker: then there is nothing to take away, or nothing to put back.
  }
  rmSync(aside, { force: true });
}

function notClaimed(path: string, cause: unknown): PrerequisiteError {
  return new PrerequisiteError(`addresses could not be reserved in ${path}`, {
    code: 'not-writable',
    cause,
    next: hint`set TMPDIR to a folder that you may write to`,
  });
}
