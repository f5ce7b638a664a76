import { createNomadApi } from '../../clients/nomad-api.js';
import { DEFAULT_NAMESPACE, type ClusterConnection } from '../../cluster/connection.js';

export interface DeployedJob {
  readonly id: string;
  readonly namespace: string;
  readonly type: string;
  readonly status: string;
  readonly running: number;
}

/** Jobs of the cluster, without the runs of periodic and parameterized ones; of one namespace, or of all. */
export async function deployedJobs(
  connection: ClusterConnection,
  { namespace, signal }: { readonly namespace?: string | undefined; readonly signal: AbortSignal },
): Promise<DeployedJob[]> {
  const stubs = await createNomadApi(connection.nomad).jobs({ signal });
  return stubs
    .filter(({ ParentID, Namespace }) => ParentID === '' && (namespace === undefined || namespace === '*' || Namespace === namespace))
    .map((stub) => ({
      id: stub.ID,
      namespace: stub.Namespace,
      type: stub.Periodic ? `periodic ${stub.Type}` : stub.ParameterizedJob ? `parameterized ${stub.Type}` : stub.Type,
      status: stub.Stop ? 'stopped' : stub.Status,
      running: Object.values(stub.JobSummary?.Summary ?? {}).reduce((total, group) => total + (group['Running'] ?? 0), 0),
    }));
}

/** Ids of runs of a periodic or parameterized job that have not ended. They go on when it is stopped. */
export async function liveRunsOf(connection: ClusterConnection, id: string, signal: AbortSignal): Promise<string[]> {
  const stubs = await createNomadApi(connection.nomad).jobs({ signal });
  const namespace = connection.nomad.namespace ?? DEFAULT_NAMESPACE;
  return stubs
    .filter(({ ParentID, Namespace, Status }) => ParentID === id && Namespace === namespace && Status !== 'dead')
    .map(({ ID }) => ID);
}
