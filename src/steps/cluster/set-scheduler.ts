import { nomadOf } from '../../cluster/answering-server.js';
import { ensureScheduler, schedulerProblem } from '../../cluster/nomad-scheduler.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import type { Step, StepContext } from '../../engine/step.js';

interface Scheduled {
  readonly cluster: { readonly settings: { readonly scheduler: string } };
}

/**
 * Which client a job gets is as the cluster file says.
 * @param needs the key of the state by which `nodes` reaches the cluster's nodes
 */
export function setSchedulerStep<Subject extends Scheduled, State, Key extends keyof State>(
  needs: Key,
  nodes: (at: StepContext<Subject, State, Key>) => ReachedCluster | Promise<ReachedCluster>,
): Step<Subject, State, Key> {
  return {
    id: 'set-scheduler',
    title: 'Setting the scheduler',
    requires: [needs],
    inputs: ({ cluster }) => ({ scheduler: cluster.settings.scheduler }),
    async isDone(at) {
      const { scheduler } = at.cluster.settings;
      const problem = await schedulerProblem(await nodes(at), scheduler, at.signal);
      return problem === undefined ? { done: true, detail: scheduler } : { done: false, because: problem };
    },
    async run(at) {
      const { scheduler } = at.cluster.settings;
      await ensureScheduler(await nomadOf(await nodes(at), at), scheduler, at.signal);
      return { detail: scheduler };
    },
  };
}
