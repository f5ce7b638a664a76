import { rename, rm } from 'node:fs/promises';
import { createClaims } from '@nomadctl/base/claims';
import { defineStep } from '../../agents/local-subject.js';

/** Deletes the agents' configurations, data and logs, and gives the cluster's addresses back. */
export const removeFilesStep = defineStep({
  id: 'remove-files',
  title: 'Removing data',
  async run({ cluster }) {
    const { agents } = cluster.paths;
    const toRemove = `${agents}.removing`;
    const remove = (): Promise<void> => rm(toRemove, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    // First away from its place, all at once: a killed `down` must not leave half of an agent's data to the next `up`.
    await remove();
    await rename(agents, toRemove).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await remove();
    createClaims().release(cluster.paths.dir);
  },
});
