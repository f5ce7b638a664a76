import { createNomadApi } from '../../clients/nomad-api.js';
import { OutcomeError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { jobWords } from '../../jobs/parse/in-namespace.js';
import { defineStep, type Registered } from '../../jobs/job-state.js';

export interface ToldHealth {
  readonly isHealthy: boolean;
  /** The beginning of an allocation's id; all of the deployment without. */
  readonly allocation?: string | undefined;
}

/**
 * Says of allocations how they are, in a deployment that leaves that to a person (health_check = "manual"). Those that were told
 * before keep what was said of them.
 */
export function setHealth({ isHealthy, allocation }: ToldHealth) {
  return defineStep({
    id: 'set-health',
    title: isHealthy ? 'Saying that it is healthy' : 'Saying that it is not healthy',
    provides: ['registered', 'placed'],
    async run(at) {
      const { nomad } = at.connection;
      const api = createNomadApi(nomad);
      const { id = '' } = at.job;
      const words = jobWords(id, nomad.namespace);
      const next = nomadctl`job status ${words}`;
      const [deployments, { value: allocations }] = await Promise.all([
        api.deployments(id, at.signal),
        api.allocations(id, { index: 0, signal: at.signal }),
      ]);
      const running = deployments.find(({ Status }) => Status === 'running');
      if (!running)
        throw new OutcomeError(`job ${id} has no deployment that is under way`, {
          code: 'nothing-to-tell',
          why: 'the health of allocations counts in a deployment alone',
          next,
        });
      const asked = allocations.filter(
        ({ JobVersion, DeploymentStatus, ID, DesiredStatus }) =>
          JobVersion === running.JobVersion &&
          DesiredStatus === 'run' &&
          (DeploymentStatus?.Healthy ?? null) === null &&
          ID.startsWith(allocation ?? ''),
      );
      if (asked.length === 0)
        throw new UsageError(
          `no allocation of job ${id}${allocation === undefined ? '' : ` that begins with ${allocation}`} waits to be told how it is`,
          {
            code: 'allocation-unknown',
            next,
          },
        );
      const ids = asked.map(({ ID }) => ID);
      await api.setHealth({ deployment: running.ID, [isHealthy ? 'healthy' : 'unhealthy']: ids, signal: at.signal });
      const registered: Registered = {
        jobId: id,
        type: 'service',
        version: running.JobVersion,
        evaluationId: '',
        unchanged: false,
        warnings: '',
      };
      return {
        state: { registered, placed: { deploymentId: running.ID } },
        detail: ids.map((one) => one.slice(0, 8)).join(', '),
      };
    },
  });
}
