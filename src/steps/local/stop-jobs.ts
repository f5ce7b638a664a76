import { createNomadCluster, type NomadCluster } from '../../clients/nomad-cluster.js';
import { runningAgent } from '../../local-agents/agent-process.js';
import { agentFiles, nomadUrl } from '../../local-agents/node-record.js';
import { isServerOf } from '../../local-agents/topology.js';
import { defineStep, type LocalContext } from './local-subject.js';

/** Tasks that ignore their kill signal are ended with their node; nobody waits for them longer than this. */
const PATIENCE_MS = 6000;

/** Stops and purges every job, so that tasks end as their jobs say. Without a living server there is nobody to ask. */
export const stopJobsStep = defineStep({
  id: 'stop-jobs',
  title: 'Stopping jobs',
  async run(at, io) {
    const nomad = livingServer(at);
    const jobs = await nomad?.jobs(AbortSignal.any([at.signal, AbortSignal.timeout(3000)])).catch(() => at.signal.throwIfAborted());
    if (!nomad || !jobs) return { detail: 'no server to ask' };
    if (jobs.length === 0) return { detail: 'none' };
    await Promise.all(jobs.map((job) => nomad.purgeJob(job, at.signal)));
    const deadline = at.clock.now() + PATIENCE_MS;
    let index = 0;
    while (at.clock.now() < deadline) {
      const live = await nomad.liveAllocations({ index, signal: at.signal });
      if (live.value.length === 0) break;
      io.line(`${live.value.length} allocations still end`);
      index = Math.max(1, live.index);
    }
    return { detail: jobs.map(({ id }) => id).join(', ') };
  },
});

type At = LocalContext;

function livingServer({ cluster, state }: At): NomadCluster | undefined {
  const server = (state.nodes ?? []).find(
    (node) => isServerOf(node.role, 'nomad') && runningAgent(agentFiles(cluster.paths.agents, node.name, 'nomad')),
  );
  return server && createNomadCluster({ url: nomadUrl(server) });
}
