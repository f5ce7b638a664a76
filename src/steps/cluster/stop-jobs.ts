import { ConfigError, OutcomeError } from '@nomadctl/base/errors';
import type { ReachedCluster } from '../../cluster/reach.js';
import { stopJobs } from '../../cluster/end-allocations.js';
import type { Step, StepContext } from '../../engine/step.js';

/**
 * Ends what every job runs, so that tasks end as their jobs say.
 * @param nodes reaches the cluster's nodes, as far as the state knows them
 * @param timeoutMs whatever runs for longer goes with its node
 */
export function stopJobsStep<Subject, State>(
  nodes: (at: StepContext<Subject, State>) => ReachedCluster | Promise<ReachedCluster>,
  timeoutMs: number,
): Step<Subject, State> {
  return {
    id: 'stop-jobs',
    title: 'Stopping jobs',
    async run(at, { line, log }) {
      const { clock, signal } = at;
      const cluster = await reached(() => nodes(at), log);
      if (!cluster) return { detail: 'they end with their nodes' };
      return { detail: await stopJobs(cluster, { clock, signal, timeoutMs, line, log }) };
    },
  };
}

/** Whose keys are lost, or not what we wrote, or whose way to the hosts is closed, must still be able to end the cluster. */
async function reached(
  reach: () => ReachedCluster | Promise<ReachedCluster>,
  log: (text: string) => void,
): Promise<ReachedCluster | undefined> {
  try {
    return await reach();
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof OutcomeError && error.code === 'jump-unreachable')) throw error;
    log(`the jobs end with their nodes: ${error.message}`);
    return undefined;
  }
}
