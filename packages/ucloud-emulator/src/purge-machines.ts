import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LockedError } from '@nomadctl/base/errors';
import { ownerOfLock } from '@nomadctl/base/file-lock';
import { openStore } from './store/store.js';
import { removeResources } from './cloud/cloud.js';
import { connectEngine, type DockerEngine } from './machines/engine.js';
import { hasBaseImages, removeBaseImages } from './machines/base/remove-base-images.js';
import { listInstances, type MarkedInstance } from './machines/instances.js';
import { purgeMarked } from './machines/purge.js';
import { requireEngine } from './machines/require-engine.js';

export interface PurgeOptions {
  /** Only what the emulator with this folder has, and its resources with it. Absent: all that no running emulator has. */
  readonly dataDir?: string | undefined;
  readonly dockerHost?: string | undefined;
  /** Looks only: what is answered is what would be removed. */
  readonly dryRun?: boolean;
}

export interface Purged {
  /** Emulators whose machines are gone. */
  readonly removed: readonly string[];
  /** Emulators that run, whose machines stay. */
  readonly kept: readonly string[];
  /** True when images that hosts are made of are gone, too: they take minutes to make. */
  readonly baseImages: boolean;
}

/**
 * Removes what emulators have left on this computer: containers, images, volumes, networks, rules and disks.
 * @throws LockedError when the emulator of the folder runs, PrerequisiteError without a container engine.
 */
export async function purgeMachines({ dataDir, dockerHost, dryRun = false }: PurgeOptions = {}): Promise<Purged> {
  const engine = await requireEngine(connectEngine(dockerHost));
  try {
    const found = await listInstances(engine);
    const chosen = dataDir === undefined ? found : found.filter((marked) => marked.dataDir === dataDir);
    const removed: string[] = [];
    const kept: string[] = [];
    for (const marked of chosen) {
      const gone = dryRun ? !(await isUsed(marked)) : await purgeUnlessUsed(marked, engine, dataDir !== undefined);
      (gone ? removed : kept).push(marked.dataDir ?? marked.instance);
    }
    const all = dataDir === undefined && kept.length === 0;
    const baseImages = all && (dryRun ? await hasBaseImages(engine) : await removeBaseImages(engine));
    return { removed, kept, baseImages };
  } finally {
    engine.close();
  }
}

async function isUsed({ dataDir, isAlive }: MarkedInstance): Promise<boolean> {
  return dataDir === undefined ? isAlive : (await ownerOfLock(join(dataDir, 'lock'))) !== undefined;
}

async function purgeUnlessUsed(marked: MarkedInstance, engine: DockerEngine, mustBeFree: boolean): Promise<boolean> {
  const purge = (): Promise<void> => purgeMarked(marked, engine);
  if (marked.dataDir === undefined) {
    if (marked.isAlive) return false;
    await purge();
    return true;
  }
  try {
    await inStoreOf(marked.dataDir, purge);
    return true;
  } catch (error) {
    if (!(error instanceof LockedError) || mustBeFree) throw error;
    return false;
  }
}

/** Holds the folder's lock meanwhile, and leaves a store that knows of no machines. */
async function inStoreOf(dataDir: string, purge: () => Promise<void>): Promise<void> {
  if (!existsSync(join(dataDir, 'store.jsonl'))) return purge();
  const store = await openStore(dataDir);
  try {
    await purge();
    removeResources(store, Date.now());
  } finally {
    await store.close();
  }
}
