import { createNomadCluster } from '../../clients/nomad-cluster.js';
import { isListening } from '../../clients/is-listening.js';
import { purgeJobs } from '../../cluster/purge-jobs.js';
import { hostsOf, nomadUrl } from '../../cluster/agent-urls.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';

/** The hosts go a moment later, and whatever still runs goes with them. */
const PATIENCE_MS = 15_000;

/** Stops and purges every job, so that tasks end as their jobs say. Asks the first Nomad server that answers. */
export const stopJobsStep = defineStep({
  id: 'stop-jobs',
  title: 'Stopping jobs',
  async run({ state, clock, signal }, io) {
    const urls = hostsOf(state, 'nomad-server').map(nomadUrl);
    const answering = await Promise.all(urls.map(async (url) => ((await isListening(url, signal)) ? [url] : [])));
    const [url] = answering.flat();
    if (url === undefined) return { detail: urls.length === 0 ? 'no servers' : 'no server to ask' };
    const purge = { clock, signal, patienceMs: PATIENCE_MS, line: io.line };
    const jobs = await purgeJobs(createNomadCluster({ url }), purge).catch((error: unknown) => {
      signal.throwIfAborted();
      io.log(`the jobs end with their hosts: ${String(error)}`);
      return undefined;
    });
    return { detail: jobs ? jobs.join(', ') || 'none' : 'they end with their hosts' };
  },
});
