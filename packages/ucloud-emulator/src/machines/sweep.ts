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
 * Removes the machines of abandoned emulators. An emulator is abandoned when it was killed and has no folder, when its folder is gone,
 * or when the newcomer uses its folder: then both would have rules for the same addresses.
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

/** The newcomer holds the lock of its folder. Another instance with that folder is dead, whatever process it names. */
function isAbandoned({ instance, dataDir, isAlive }: MarkedInstance, newcomer: Newcomer): boolean {
  if (dataDir !== undefined && dataDir === newcomer.dataDir) return instance !== newcomer.instance;
  return !isAlive && (dataDir === undefined || !existsSync(dataDir));
}
