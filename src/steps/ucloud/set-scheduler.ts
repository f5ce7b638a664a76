import { ensureScheduler, schedulerProblem } from '../../cluster/nomad-scheduler.js';
import { nomadOf } from '../../cluster/nomad-of.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';

/** Which client a job gets is as the cluster file says. */
export const setSchedulerStep = defineStep({
  id: 'set-scheduler',
  title: 'Setting the scheduler',
  requires: ['hosts'],
  inputs: ({ cluster }) => ({ scheduler: cluster.settings.scheduler }),
  async isDone({ cluster, state, signal }) {
    const { scheduler } = cluster.settings;
    const problem = await schedulerProblem(await nomadOf(state.hosts, signal), scheduler, signal);
    return problem === undefined ? { done: true, detail: scheduler } : { done: false, because: problem };
  },
  async run({ cluster, state, signal }) {
    const { scheduler } = cluster.settings;
    await ensureScheduler(await nomadOf(state.hosts, signal), scheduler, signal);
    return { detail: scheduler };
  },
});
