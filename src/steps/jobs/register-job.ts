import { createNomadApi } from '../../clients/nomad-api.js';
import type { JobSpec } from '../../clients/nomad-job-model.js';
import { defineStep, type Planned, type Registered } from '../../jobs/job-state.js';
import { versionAt } from '../../jobs/rollout/registered-version.js';
import { submitJob } from '../../jobs/rollout/submit-job.js';
import { waitOf } from '../../jobs/rollout/wait-of.js';

export const registerJob = defineStep({
  id: 'register-job',
  title: 'Registering',
  requires: ['spec', 'planned', 'rendered'],
  provides: ['registered'],
  async isDone({ state: { planned, spec } }) {
    if (!planned.unchanged) return { done: false, because: reasonFor(planned) };
    const registered: Registered = {
      ...identityOf(spec),
      version: planned.version ?? 0,
      evaluationId: '',
      unchanged: true,
      warnings: '',
      ...waitOf(spec, planned.reply.NextPeriodicLaunch),
    };
    return { done: true, state: { registered }, detail: `nothing to change: this is version ${registered.version}` };
  },
  async run(at) {
    const api = createNomadApi(at.connection.nomad);
    const { spec, planned } = at.state;
    await at.connection.nodes.useNamed?.();
    const reply = await submitJob(api, { ...at.state, signal: at.signal });
    const version = await versionAt(api, { id: spec.ID, index: reply.JobModifyIndex, signal: at.signal });
    const registered: Registered = {
      ...identityOf(spec),
      version,
      evaluationId: reply.EvalID,
      unchanged: false,
      warnings: reply.Warnings,
      ...waitOf(spec, planned.reply.NextPeriodicLaunch),
    };
    return { state: { registered }, detail: `version ${version}` };
  },
});

function identityOf(spec: JobSpec): Pick<Registered, 'jobId' | 'type'> {
  return { jobId: spec.ID, type: spec.Type };
}

function reasonFor({ rerun, givenUp, reply, version }: Planned): string {
  if (rerun) return 'it has ended, and is to run again';
  if (givenUp.length > 0) return 'Nomad has given it up';
  return version !== undefined && reply.Diff?.Type === 'None' ? 'not all of it runs' : 'it differs from what runs';
}
