import { rm } from 'node:fs/promises';
import { createClaims } from '../../local-agents/address-claim.js';
import { defineStep } from './local-subject.js';

/** Deletes the agents' configurations, data and logs, and gives the cluster's addresses back. */
export const removeFilesStep = defineStep({
  id: 'remove-files',
  title: 'Removing data',
  async run({ cluster }) {
    await rm(cluster.paths.agents, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    createClaims().release(cluster.paths.dir);
  },
});
