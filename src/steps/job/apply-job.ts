import { createNomadApi } from '../../clients/nomad-api.js';
import { UsageError } from '../../errors.js';
import { resolveTool } from '../../tools/resolve-tool.js';
import { defineStep, type Rendered } from './job-state.js';
import { waitOf } from './wait-of.js';

/** Registers a job through the cluster's `jobs` root, so that it is terraform's from then on. In place of `register-job`. */
export const applyJob = defineStep({
  id: 'apply-job',
  title: 'Applying with terraform',
  requires: ['spec', 'rendered', 'planned'],
  provides: ['registered'],
  async run(at, io) {
    const { spec, rendered, planned } = at.state;
    refuseVariables(rendered);
    const { program, path, version: release } = await resolveTool(at, 'terraform');
    const { applyJobs } = await import('../../terraform/apply-jobs.js');
    const nomad = createNomadApi(at.connection.nomad);
    const before = await nomad.job(spec.ID, at.signal);
    const changes = await applyJobs({
      ctx: at,
      terraform: { program, path, version: release },
      job: spec.ID,
      text: rendered.text,
      stopped: before?.Stop === true,
      connection: at.connection,
      io,
    });
    const version = (await nomad.job(spec.ID, at.signal))?.Version ?? 0;
    const registered = { jobId: spec.ID, type: spec.Type, version, unchanged: changes === 0, warnings: '', ...waitOf(spec, planned) };
    return {
      // Terraform has waited for the deployment: there is no evaluation to be followed.
      state: { registered: { ...registered, evaluationId: '' } },
      detail: changes === 0 ? `nothing to change: this is version ${version}` : `version ${version}`,
    };
  },
});

function refuseVariables({ variables, format }: Rendered): void {
  if (variables === '' && format === 'hcl2') return;
  throw new UsageError('this job cannot go through terraform', {
    code: 'job-not-for-terraform',
    why: format === 'json' ? 'it is a JSON file' : 'it takes values from outside its file',
    next: 'leave out --via terraform',
  });
}
