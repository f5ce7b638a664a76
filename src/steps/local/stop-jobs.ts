import { stopJobs } from '../../cluster/end-allocations.js';
import { reachNodes } from '../../agents/reach-nodes.js';
import { defineStep } from '../../agents/local-subject.js';

const TIMEOUT_MS = 6000;

/** Ends what every job runs, so that tasks end as their jobs say. */
export const stopJobsStep = defineStep({
  id: 'stop-jobs',
  title: 'Stopping jobs',
  async run(at, { line, log }) {
    const { clock, signal } = at;
    return { detail: await stopJobs(reachNodes(at.state.nodes ?? [], at), { clock, signal, timeoutMs: TIMEOUT_MS, line, log }) };
  },
});
