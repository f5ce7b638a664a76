import { reachHosts } from '../../cluster/cluster-host.js';
import { stopJobs } from '../../cluster/end-allocations.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';

/** The hosts go a moment later, and whatever still runs goes with them. */
const TIMEOUT_MS = 15_000;

/** Ends what every job runs, so that tasks end as their jobs say. */
export const stopJobsStep = defineStep({
  id: 'stop-jobs',
  title: 'Stopping jobs',
  async run(at, { line, log }) {
    const { clock, signal } = at;
    return { detail: await stopJobs(reachHosts(at.state.hosts ?? [], at), { clock, signal, timeoutMs: TIMEOUT_MS, line, log }) };
  },
});
