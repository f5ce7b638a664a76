import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeIfGenerated } from '../../config/cluster-file.js';
import { keepSecrets } from '../../config/secrets.js';
import type { Context } from '../../context.js';
import type { Cluster, Target } from '../../targets/target.js';

/**
 * Removes what nomadctl knew of a cluster that is gone. True when the cluster file went too: it was made by `up`, and nobody
 * edited it.
 */
export async function forgetCluster({ paths }: Cluster, { lastingSecrets = [] }: Target, ctx: Context): Promise<boolean> {
  const folders = ['terraform', 'packer', 'ssh', 'programs'].map((folder) => join(paths.dir, folder));
  await Promise.all([paths.logs, ...folders].map((path) => rm(path, { recursive: true, force: true })));
  const removed = await removeIfGenerated(paths.file);
  // Whoever brings the cluster back from its file should not have to look for the keys to the cloud again.
  await keepSecrets(paths, removed ? [] : lastingSecrets, ctx);
  // Last, because a cluster without a file is known by its journal: a `down` that is killed can be run again.
  await rm(paths.journal, { force: true });
  return removed;
}
