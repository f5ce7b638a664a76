import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import type { Job } from '../../clients/nomad-job-model.js';
import { resolveTool } from '../../programs/resolve-tool.js';
import { defineStep, type Registered } from '../../jobs/job-state.js';
import { submitJob } from '../../jobs/rollout/submit-job.js';
import { waitOf } from '../../jobs/rollout/wait-of.js';

/**
 * Registers a job through the cluster's `jobs` root, so that it is terraform's from then on. In place of `register-job`.
 * Terraform gets the specification as Nomad parsed it, with counts that were kept: a job file has no place for those.
 */
export const applyJob = defineStep({
  id: 'apply-job',
  title: 'Applying with terraform',
  requires: ['spec', 'planned', 'rendered'],
  provides: ['registered'],
  async run(at, io) {
    const { connection, signal } = at;
    const { spec, planned, rendered } = at.state;
    const { program, path, version: release } = await resolveTool(at, 'terraform');
    await connection.nodes.useNamed?.();
    const { applyJobs } = await import('../../jobs/terraform/apply-jobs.js');
    const changes = await applyJobs({ ctx: at, terraform: { program, path, version: release }, spec, connection, io });
    const nomad = createNomadApi(connection.nomad);
    // Terraform compares a file with its state: that somebody has stopped, scaled or reverted the job is nothing to it.
    if (changes === 0 && !planned.unchanged) await submitJob(nomad, { spec, planned, rendered, signal });
    const job = await nomad.job(spec.ID, signal);
    const { unchanged } = planned;
    const registered: Registered = {
      jobId: spec.ID,
      type: spec.Type,
      version: job?.Version ?? 0,
      evaluationId: job && !unchanged ? await evaluationOf(nomad, job, signal) : '',
      unchanged,
      warnings: '',
      ...waitOf(spec, planned.reply.NextPeriodicLaunch),
    };
    return {
      state: { registered },
      detail: unchanged ? `nothing to change: this is version ${registered.version}` : `version ${registered.version}`,
    };
  },
});

/** The evaluation that came with the job's last registration; none for periodic and parameterized jobs. */
async function evaluationOf(nomad: NomadApi, { ID, JobModifyIndex }: Job, signal: AbortSignal): Promise<string> {
  const { value } = await nomad.evaluations(ID, { index: 0, signal });
  return value.find((one) => one.TriggeredBy === 'job-register' && one.JobModifyIndex === JobModifyIndex)?.ID ?? '';
}
