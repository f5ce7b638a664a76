import { chooseCluster } from '../config/current-cluster.js';
import { loadCluster } from '../config/load-cluster.js';
import type { Context } from '../context.js';
import { versionsIn } from '../plans/list-tools.js';
import { targets } from '../targets/index.js';

/** The versions that the current cluster asks for; none when there is no cluster yet. */
export async function wantedVersions(ctx: Context): Promise<ReturnType<typeof versionsIn>> {
  const { name, exists } = await chooseCluster(ctx);
  if (!exists) return {};
  const { cluster } = await loadCluster(ctx, { name, targets });
  return versionsIn(cluster.settings);
}
