import { createNomadApi } from '../../clients/nomad-api.js';
import { DEFAULT_NAMESPACE, type ClusterConnection } from '../../cluster/connection.js';
import { jobRows, type JobRow } from '../../cluster/job-row.js';

export type DeployedJob = JobRow;

/** Jobs of the cluster, without the runs of periodic and parameterized ones; of one namespace, or of all. */
export async function deployedJobs(
  connection: ClusterConnection,
  { namespace, signal }: { readonly namespace?: string | undefined; readonly signal: AbortSignal },
): Promise<DeployedJob[]> {
  const rows = jobRows(await createNomadApi(connection.nomad).jobs({ signal }));
  return rows.filter((row) => namespace === undefined || namespace === '*' || row.namespace === namespace);
}

/** Ids of runs of a periodic or parameterized job that have not ended. They go on when it is stopped. */
export async function liveRunsOf(connection: ClusterConnection, id: string, signal: AbortSignal): Promise<string[]> {
  const stubs = await createNomadApi(connection.nomad).jobs({ parent: id, signal });
  const namespace = connection.nomad.namespace ?? DEFAULT_NAMESPACE;
  return stubs.filter(({ Namespace, Status }) => Namespace === namespace && Status !== 'dead').map(({ ID }) => ID);
}
