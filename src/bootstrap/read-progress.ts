import type { Bootstrapper } from './place.js';
import { progressIn, type Progress } from './progress.js';
import { clusterJournal, VOLUME_FILES } from './volume.js';

/** How far it is: from the journals on its volume. */
export async function readProgress(bootstrapper: Pick<Bootstrapper, 'read'>, cluster: string): Promise<Progress> {
  const [own, its] = await Promise.all([VOLUME_FILES.journal, clusterJournal(cluster)].map((path) => bootstrapper.read(path)));
  return progressIn(own, its);
}
