import { nomadOf } from '../../cluster/answering-server.js';
import { ensureScheduler, schedulerProblem } from '../../cluster/nomad-scheduler.js';
import { reachHosts } from '../../cluster/cluster-host.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';

/** Which client a job gets is as the cluster file says. */
export const setSchedulerStep = defineStep({
  id: 'set-scheduler',
  title: 'Setting the scheduler',
  requires: ['hosts'],
  inputs: ({ cluster }) => ({ scheduler: cluster.settings.scheduler }),
  async isDone(at) {
    const { scheduler } = at.cluster.settings;
    const problem = await schedulerProblem(reachHosts(at.state.hosts, at), scheduler, at.signal);
    return problem === undefined ? { done: true, detail: scheduler } : { done: false, because: problem };
  },
  async run(at) {
    const { scheduler } = at.cluster.settings;
    await ensureScheduler(await nomadOf(reachHosts(at.state.hosts, at), at), scheduler, at.signal);
    return { detail: scheduler };
  },
});
