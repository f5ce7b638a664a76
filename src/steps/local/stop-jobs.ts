import { ConfigError } from '@nomadctl/base/errors';
import { stopJobs } from '../../cluster/stop-jobs.js';
import { reachNodes } from '../../agents/reach-nodes.js';
import { defineStep } from '../../agents/local-subject.js';

const TIMEOUT_MS = 6000;

/** Ends what every job runs, so that tasks end as their jobs say. */
export const stopJobsStep = defineStep({
  id: 'stop-jobs',
  title: 'Stopping jobs',
  async run(at, { line, log }) {
    const { clock, signal } = at;
    const cluster = await reachNodes(at.state.nodes ?? [], at).catch((error: unknown) => withoutLeave(error, log));
    if (!cluster) return { detail: 'they end with their nodes' };
    return { detail: await stopJobs(cluster, { clock, signal, timeoutMs: TIMEOUT_MS, line, log }) };
  },
});

/** Whose keys are lost, or not what we wrote, must still be able to end the cluster. */
function withoutLeave(error: unknown, log: (text: string) => void): undefined {
  if (!(error instanceof ConfigError)) throw error;
  log(`the jobs end with their nodes: ${error.message}`);
}
