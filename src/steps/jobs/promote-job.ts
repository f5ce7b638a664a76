import { createNomadApi } from '../../clients/nomad-api.js';
import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import { defineStep, type Registered } from '../../jobs/job-state.js';
import { deploymentReport } from '../../jobs/report/deployment-report.js';
import { promotableOf } from '../../jobs/report/refuse-promotion.js';

/** Promotes every canary of the job's running deployment; `await-health` follows the rest of it. */
export const promoteJob = defineStep({
  id: 'promote-job',
  title: 'Promoting',
  provides: ['registered', 'placed'],
  async run(at) {
    const { nomad } = at.connection;
    const api = createNomadApi(nomad);
    const { id = '' } = at.job;
    const latest = (await api.deployments(id, at.signal)).sort((a, b) => b.CreateIndex - a.CreateIndex)[0];
    const deployment = promotableOf({
      id,
      namespace: nomad.namespace ?? DEFAULT_NAMESPACE,
      deployment: latest && deploymentReport(latest),
    });
    await api.promote(deployment.id, at.signal);
    const registered: Registered = {
      jobId: id,
      type: 'service',
      version: deployment.version,
      evaluationId: '',
      unchanged: false,
      warnings: '',
    };
    return { state: { registered, placed: { deploymentId: deployment.id } }, detail: `version ${deployment.version}` };
  },
});
