import { rm } from 'node:fs/promises';
import type { JobSpec } from '../../clients/nomad-job-model.js';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { applyRoot } from '../../terraform/apply-root.js';
import { endOfEarlierRun } from '../../terraform/earlier-run.js';
import { initRoot } from '../../terraform/init-root.js';
import { jobAddress, jobKey, jobSpecFile } from './job-resources.js';
import { jobsScope, type JobsWork } from './jobs-scope.js';
import { plannedJobs } from './planned-jobs.js';
import { totalOf } from '../../terraform/plan-stream.js';
import { renderRoot, writeRoot } from '../../terraform/render-root.js';

export interface ApplyJobRequest extends JobsWork {
  /** What Nomad shall register, as its API takes it. Terraform knows the job by its id, too. */
  readonly spec: JobSpec;
}

/**
 * Puts one job into the `jobs` root of its cluster and applies that job alone: others of the root may have been stopped on
 * purpose since. Returns how many jobs changed in terraform's eyes, and does not wait for what Nomad makes of it.
 * @throws ToolError with Nomad's reason; LockedError while another run is at it.
 */
export async function applyJobs(request: ApplyJobRequest): Promise<number> {
  const { ctx, spec, connection, io } = request;
  const job = jobKey({ id: spec.ID, namespace: spec.Namespace });
  const scope = await jobsScope(request);
  await endOfEarlierRun(ctx, scope.root, io.line);
  const jobs = [...new Set([...(await plannedJobs(scope.root)), job])].sort();
  await rm(scope.root.planFile, { force: true });
  await writeFileAtomic(jobSpecFile(scope.root, job), `${JSON.stringify(spec, null, 2)}\n`);
  const rendered = await renderRoot(ctx.paths, scope.root, { nomad_address: connection.nomad.url, jobs });
  await writeRoot(scope.root, rendered);
  await initRoot(scope, rendered, connection.pluginMirror);
  const { changes } = await applyRoot(scope, { what: `deploy ${job}`, target: [jobAddress(job)] });
  return totalOf(changes);
}
