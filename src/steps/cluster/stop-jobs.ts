import type { ReachedCluster } from '../../cluster/reach.js';
import { stopJobs } from '../../cluster/end-allocations.js';
import type { Step, StepContext } from '../../engine/step.js';

/**
 * Ends what every job runs, so that tasks end as their jobs say.
 * @param nodes reaches the cluster's nodes, as far as the state knows them
 * @param timeoutMs whatever runs for longer goes with its node
 */
export function stopJobsStep<Subject, State>(
  nodes: (at: StepContext<Subject, State>) => ReachedCluster,
  timeoutMs: number,
): Step<Subject, State> {
  return {
    id: 'stop-jobs',
    title: 'Stopping jobs',
    async run(at, { line, log }) {
      const { clock, signal } = at;
      return { detail: await stopJobs(nodes(at), { clock, signal, timeoutMs, line, log }) };
    },
  };
}
