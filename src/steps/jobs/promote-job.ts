import { createNomadApi } from '../../clients/nomad-api.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { defineStep, type Registered } from '../../jobs/job-state.js';

/** Promotes every canary of the job's running deployment; `await-health` follows the rest of it. */
export const promoteJob = defineStep({
  id: 'promote-job',
  title: 'Promoting',
  provides: ['registered', 'placed'],
  async run(at) {
    const api = createNomadApi(at.connection.nomad);
    const { id = '' } = at.job;
    const latest = (await api.deployments(id, at.signal)).sort((a, b) => b.CreateIndex - a.CreateIndex)[0];
    const waiting =
      latest?.Status === 'running' && Object.values(latest.TaskGroups).some((group) => group.DesiredCanaries > 0 && !group.Promoted);
    if (!latest || !waiting) {
      throw new OutcomeError(`job ${id} has no canaries to promote`, {
        code: 'nothing-to-promote',
        why: latest ? `its last deployment is ${latest.Status}: ${latest.StatusDescription}` : 'it has no deployment',
        next: nomadctl`job status ${id}`,
      });
    }
    await api.promote(latest.ID, at.signal);
    const registered: Registered = {
      jobId: id,
      type: 'service',
      version: latest.JobVersion,
      evaluationId: '',
      unchanged: false,
      warnings: '',
    };
    return { state: { registered, placed: { deploymentId: latest.ID } }, detail: `version ${latest.JobVersion}` };
  },
});
