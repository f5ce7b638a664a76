import { createNomadApi } from '../../clients/nomad-api.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { defineStep } from '../../jobs/job-state.js';
import { jobWords } from '../../jobs/parse/in-namespace.js';

/**
 * Ends a deployment that is under way, which what it waits for would never do. Where Nomad goes back to an earlier version
 * because of it, nothing else may be done to the job now.
 */
export function failDeployment(deployment: string) {
  return defineStep({
    id: 'fail-deployment',
    title: `Ending deployment ${deployment.slice(0, 8)}`,
    async run(at) {
      const { id = '' } = at.job;
      const { RevertedJobVersion: version } = await createNomadApi(at.connection.nomad).failDeployment(deployment, at.signal);
      if (version === null || version === undefined) return { detail: 'it counts as failed' };
      throw new OutcomeError(`job ${id}: its deployment was ended, and Nomad went back to version ${version}`, {
        code: 'deployment-reverted',
        why: 'its update block says auto_revert; nothing else was changed',
        next: nomadctl`job status ${jobWords(id, at.connection.nomad.namespace)}`,
      });
    },
  });
}
