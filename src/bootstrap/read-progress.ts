import type { Bootstrapper } from './place.js';
import { progressIn, type Progress } from './progress.js';
import { clusterJournal, VOLUME_FILES } from './volume.js';

/** How far it is: from the journals on its volume. */
export async function readProgress(
  bootstrapper: Pick<Bootstrapper, 'read'>,
  cluster: string,
): Promise<Progress & { readonly isUnseen: boolean }> {
  const [own, its] = await Promise.all([bootstrapper.read(VOLUME_FILES.journal), bootstrapper.read(clusterJournal(cluster))]);
  return { ...progressIn(own.text, its.text), isUnseen: own.isUnseen === true };
}
