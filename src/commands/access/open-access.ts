import type { ClusterConnection } from '../../cluster/connection.js';
import type { Context } from '../../context.js';
import { openCluster } from '../../targets/open-cluster.js';
import { orSilence } from '../job/job-input.js';

/**
 * Does something with the cluster that is meant.
 * @throws PrerequisiteError `cluster-not-up`; OutcomeError `cluster-silent` with which of its agents are down
 */
export async function withCluster<T>(ctx: Context, work: (connection: ClusterConnection) => Promise<T>): Promise<T> {
  const connection = await (await openCluster(ctx)).connection();
  return orSilence(work(connection), ctx);
}
