import { nomadOf } from '../../cluster/answering-server.js';
import { ensureScheduler, schedulerProblem } from '../../cluster/nomad-scheduler.js';
import { reachNodes } from '../../agents/reach-nodes.js';
import { defineStep } from '../../agents/local-subject.js';

/** Which client a job gets is as the cluster file says. */
export const setSchedulerStep = defineStep({
  id: 'set-scheduler',
  title: 'Setting the scheduler',
  requires: ['nodes'],
  inputs: ({ cluster }) => ({ scheduler: cluster.settings.scheduler }),
  async isDone(at) {
    const { scheduler } = at.cluster.settings;
    const problem = await schedulerProblem(await reachNodes(at.state.nodes, at), scheduler, at.signal);
    return problem === undefined ? { done: true, detail: scheduler } : { done: false, because: problem };
  },
  async run(at) {
    const { scheduler } = at.cluster.settings;
    await ensureScheduler(await nomadOf(await reachNodes(at.state.nodes, at), at), scheduler, at.signal);
    return { detail: scheduler };
  },
});
