import { createNomadApi } from '../../clients/nomad-api.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { exposedService, type ExposedService } from '../../exposure/exposed-service.js';
import { existingJob } from './read-job.js';

/** The service behind a port of a deployed job. @throws UsageError `job-unknown`, and what `exposedService` throws */
export async function readExposedService(
  { nomad }: ClusterConnection,
  { job, port, signal }: { readonly job: string; readonly port: string | undefined; readonly signal: AbortSignal },
): Promise<ExposedService> {
  return exposedService(await existingJob(createNomadApi(nomad), job, { namespace: nomad.namespace, signal }), port);
}
