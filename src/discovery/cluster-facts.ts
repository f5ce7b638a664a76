import { createNomadApi } from '../clients/nomad-api.js';
import type { ClusterConnection } from '../cluster/connection.js';
import { takesWork } from '../cluster/ready-clients.js';
import { existingJob } from '../jobs/report/read-job.js';

interface Asked {
  readonly connection: ClusterConnection;
  readonly signal: AbortSignal;
}

/** Names of a cluster's clients: those that Nomad has not lost, and those of them that take work now. */
export async function clusterClients({ connection, signal }: Asked): Promise<{ readonly present: string[]; readonly ready: string[] }> {
  const nodes = await createNomadApi(connection.nomad).nodes(signal);
  const names = (some: typeof nodes): string[] => some.map(({ Name }) => Name);
  return { present: names(nodes.filter(({ Status }) => Status !== 'down')), ready: names(nodes.filter(takesWork)) };
}

/** The group of a job that has a service of Consul's; nothing where none has. @throws UsageError `job-unknown` */
export async function groupOfService(job: string, service: string, { connection, signal }: Asked): Promise<string | undefined> {
  const spec = await existingJob(createNomadApi(connection.nomad), job, { namespace: connection.nomad.namespace, signal });
  return spec.TaskGroups.find(({ Services, Tasks }) =>
    [...(Services ?? []), ...Tasks.flatMap((task) => task.Services ?? [])].some(({ Name }) => Name === service),
  )?.Name;
}

/** Sets a count and waits for nothing: what a trial changed and could not finish. */
export async function putCountBack(
  job: string,
  { group, count }: { readonly group: string; readonly count: number },
  { connection, signal }: Asked,
): Promise<void> {
  await createNomadApi(connection.nomad).scale({ id: job, group, count, signal });
}
