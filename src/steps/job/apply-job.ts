import { createNomadApi } from '../../clients/nomad-api.js';
import { UsageError } from '../../errors.js';
import { resolveTool } from '../../tools/resolve-tool.js';
import { defineStep, type JobSubject, type Rendered } from './job-state.js';
import type { StepContext } from '../../engine/step.js';

/** Registers a job through the cluster's `jobs` root, so that it is terraform's from then on. In place of `register-job`. */
export const applyJob = defineStep({
  id: 'apply-job',
  title: 'Applying with terraform',
  requires: ['spec', 'rendered'],
  provides: ['registered'],
  async run(at, io) {
    const { spec, rendered } = at.state;
    refuseVariables(rendered);
    const { program, path, version } = await resolveTool(at, 'terraform');
    const { applyJobs } = await import('../../terraform/apply-jobs.js');
    const changes = await applyJobs({
      ctx: at,
      terraform: { program, path, version },
      job: spec.ID,
      text: rendered.text,
      connection: at.connection,
      io,
    });
    const registered = await presentVersion(at, spec.ID);
    return {
      // Terraform has waited for the deployment: there is no evaluation to be followed.
      state: { registered: { ...registered, jobId: spec.ID, type: spec.Type, evaluationId: '', unchanged: changes === 0, warnings: '' } },
      detail: changes === 0 ? `nothing to change: this is version ${registered.version}` : `version ${registered.version}`,
    };
  },
});

async function presentVersion({ connection, signal }: StepContext<JobSubject, object>, id: string): Promise<{ version: number }> {
  return { version: (await createNomadApi(connection.nomad).job(id, signal))?.Version ?? 0 };
}

function refuseVariables({ variables, format }: Rendered): void {
  if (variables === '' && format === 'hcl2') return;
  throw new UsageError('this job cannot go through terraform', {
    code: 'job-not-for-terraform',
    why: format === 'json' ? 'it is a JSON file' : 'it takes values from outside its file',
    next: 'leave out --via terraform',
  });
}
