import { rename, rm, rmdir } from 'node:fs/promises';
import { ALLOCATIONS_ROOT, allocationsFolder } from '../../agents/bridge/allocations-folder.js';
import { removeBridge } from '../../agents/bridge/bridge-network.js';
import { defineStep } from '../../agents/local-subject.js';
import { releaseAddresses } from '../../agents/node-assignment.js';
import { removeData } from '../../agents/leftovers/remove-data.js';

/** Deletes the agents' configurations, data and logs, and gives the cluster's addresses back. */
export const removeFilesStep = defineStep({
  id: 'remove-files',
  title: 'Removing data',
  async run({ cluster, ...at }) {
    const { agents, agentsToRemove } = cluster.paths;
    // First away from its place, all at once: a killed `down` must not leave half of an agent's data to the next `up`.
    await removeData(agentsToRemove, at);
    await rename(agents, agentsToRemove).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await removeData(agentsToRemove, at);
    await removeData(allocationsFolder(agents), at);
    await rmdir(ALLOCATIONS_ROOT).catch(() => undefined);
    if (cluster.settings.bridge) await removeBridge(at.exec);
    const { ca, caChain, operator } = cluster.paths;
    for (const path of [ca, caChain, operator.certificate, operator.key]) await rm(path, { force: true });
    releaseAddresses(cluster.paths.dir);
  },
});
