import type { DockerEngine } from './engine.js';
import { withEngineLock } from './engine-lock.js';
import { listInstances } from './instances.js';
import { purgeMarked } from './purge.js';

/** Removes what emulators without a folder have left that were killed: nobody can go on with it. */
export async function sweepKilled(engine: DockerEngine, onProgress: (line: string) => void): Promise<void> {
  const isLeft = async (): Promise<boolean> => (await killed(engine)).length > 0;
  if (!(await isLeft())) return;
  await withEngineLock(engine, { name: 'nomadctl-emulator-sweep' }, async () => {
    for (const marked of await killed(engine)) {
      onProgress(`Removing what the emulator ${marked.instance} left, which was killed`);
      await purgeMarked(marked, engine);
    }
  });
}

const killed = async (engine: DockerEngine) =>
  (await listInstances(engine)).filter(({ dataDir, isAlive }) => dataDir === undefined && !isAlive);
