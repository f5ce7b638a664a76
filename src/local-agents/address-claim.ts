import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * Clusters of all of a user's homes share one loopback network, so each claims a part of it: a file, made exclusively,
 * that names the cluster's folder. A claim whose folder has gone is free again.
 */
export interface Claims {
  /** Claims the first free slot below `limit` for which `accept` answers true; a slot that is already ours comes first. */
  claim(owner: string, limit: number, accept: (slot: number) => Promise<boolean>): Promise<number | undefined>;
  /** Puts down a claim that must be there already. */
  keep(owner: string, slot: number): void;
  release(owner: string): void;
}

export function createClaims(folder = join(tmpdir(), `nomadctl-${userInfo().username}`, 'claims')): Claims {
  return {
    async claim(owner, limit, accept) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const ours = slots(folder).find((slot) => ownerOf(folder, slot) === owner);
      if (ours !== undefined) return ours;
      for (let slot = 0; slot < limit; slot++) {
        if (!take(folder, slot, owner)) continue;
        if (await accept(slot)) return slot;
        rmSync(join(folder, String(slot)), { force: true });
      }
      return undefined;
    },
    keep(owner, slot) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (ownerOf(folder, slot) !== owner) take(folder, slot, owner);
    },
    release(owner) {
      if (!existsSync(folder)) return;
      for (const slot of slots(folder)) if (ownerOf(folder, slot) === owner) rmSync(join(folder, String(slot)), { force: true });
    },
  };
}

function slots(folder: string): number[] {
  return readdirSync(folder).map(Number).filter(Number.isInteger);
}

function ownerOf(folder: string, slot: number): string | undefined {
  try {
    return readFileSync(join(folder, String(slot)), 'utf8');
  } catch {
    return undefined;
  }
}

function take(folder: string, slot: number, owner: string): boolean {
  const path = join(folder, String(slot));
  const holder = ownerOf(folder, slot);
  if (holder !== undefined && holder !== '' && existsSync(holder)) return false;
  if (holder !== undefined) rmSync(path, { force: true });
  try {
    writeFileSync(path, owner, { flag: 'wx', mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}
