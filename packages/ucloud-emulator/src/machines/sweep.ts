import { existsSync } from 'node:fs';
import type { DockerEngine } from './engine.js';
import { withEngineLock } from './engine-lock.js';
import { listInstances, type MarkedInstance } from './instances.js';
import { purgeMarked } from './purge.js';

/** The emulator that is about to run. */
export interface Newcomer {
  readonly instance: string;
  readonly dataDir: string | undefined;
  readonly onProgress: (line: string) => void;
}

/**
 * Removes what nobody can go on with: of emulators without a folder that were killed, of those whose folder is gone, and of
 * one whose folder is the newcomer's by now. Its rules would be about the same addresses.
 */
export async function sweepAbandoned(engine: DockerEngine, newcomer: Newcomer): Promise<void> {
  const abandoned = async (): Promise<readonly MarkedInstance[]> =>
    (await listInstances(engine)).filter((marked) => isAbandoned(marked, newcomer));
  if ((await abandoned()).length === 0) return;
  await withEngineLock(engine, { name: 'nomadctl-emulator-sweep' }, async () => {
    for (const marked of await abandoned()) {
      newcomer.onProgress(`Removing what the emulator ${marked.instance} left`);
      await purgeMarked(marked, engine);
    }
  });
}

/** Whoever opens a folder has its lock, so whatever process another instance of that folder names does not have it. */
function isAbandoned({ instance, dataDir, isAlive }: MarkedInstance, newcomer: Newcomer): boolean {
  if (dataDir !== undefined && dataDir === newcomer.dataDir) return instance !== newcomer.instance;
  return !isAlive && (dataDir === undefined || !existsSync(dataDir));
}
