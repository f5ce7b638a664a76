import { OutcomeError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { jobsToDeployAgain, type JobToDeployAgain } from '../../jobs/identity/jobs-to-deploy-again.js';
import { endSecuring, markSecuring, securingOf } from '../../security/securing/securing-mark.js';
import type { Securable, SecuringPlace } from '../../security/securing/securing-place.js';
import type { Step } from '../../engine/step.js';

/**
 * Says that Consul is about to serve nobody without a token, as soon as no job counts on the contrary.
 * @param leaveJobs close it although some do
 */
export function beginClosing<Subject extends Securable, State, Key extends keyof State>(
  { needs, connect }: SecuringPlace<Subject, State, Key>,
  { leaveJobs }: { readonly leaveJobs: boolean },
): Step<Subject, State, Key> {
  return {
    id: 'begin-closing',
    title: 'Looking for jobs that Consul would refuse',
    requires: [needs],
    async isDone({ cluster }) {
      const stage = securingOf(cluster.paths.agents)?.stage;
      return stage === 'closing' ? { done: true } : { done: false, because: 'Consul serves who has no token' };
    },
    async run(at) {
      const { agents } = at.cluster.paths;
      const begunAt = securingOf(agents)?.begunAt ?? 0;
      const left = await jobsToDeployAgain((await connect(at)).nomad, { paths: at.paths, begunAt, signal: at.signal });
      if (left.length > 0 && !leaveJobs) throw jobsLeft(at.cluster.name, left);
      await markSecuring(agents, { begunAt, stage: 'closing' });
      return { detail: left.length === 0 ? 'none' : `${left.length} left as they are` };
    },
  };
}

function jobsLeft(cluster: string, jobs: readonly JobToDeployAgain[]): OutcomeError {
  const names = jobs.map(({ name }) => name);
  return new OutcomeError(`cluster ${cluster} is not closed yet: ${names.join(', ')} would lose Consul`, {
    code: 'jobs-to-deploy-again',
    why: [
      ...jobs.map(({ name, needs }) => `${name}: ${needs.join('; ')}`),
      'each has to be deployed once more with its file, or stopped',
      'all else is done: Nomad lets nobody in who has no token; until then Consul goes on to serve everybody',
    ],
    next: hint`${nomadctl`job deploy ${'<file>'}`} && ${nomadctl`up ${cluster}`}; to close it all the same: ${nomadctl`up ${cluster} --leave-jobs`}`,
    details: { jobs: names },
  });
}

/** The cluster is a secured one like any other. */
export function endSecuringStep<Subject extends Securable, State>(): Step<Subject, State> {
  return {
    id: 'end-securing',
    title: 'Ending the change',
    hideWhenDone: true,
    async isDone({ cluster }) {
      return securingOf(cluster.paths.agents) ? { done: false, because: 'all agents are as they shall be' } : { done: true };
    },
    async run({ cluster }) {
      await endSecuring(cluster.paths.agents);
    },
  };
}
