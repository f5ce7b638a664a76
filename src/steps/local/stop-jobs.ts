import { createNomadCluster, type NomadCluster } from '../../clients/nomad-cluster.js';
import { purgeJobs } from '../../cluster/purge-jobs.js';
import { runningAgent } from '../../agents/agent-process.js';
import { agentFiles, nomadUrl } from '../../agents/node-record.js';
import { isServerOf } from '../../agents/config/roles.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';

const PATIENCE_MS = 6000;

/** Stops and purges every job, so that tasks end as their jobs say. Without a living server there is nobody to ask. */
export const stopJobsStep = defineStep({
  id: 'stop-jobs',
  title: 'Stopping jobs',
  async run(at, io) {
    const nomad = livingServer(at);
    const jobs = nomad && (await purgeJobs(nomad, { ...at, patienceMs: PATIENCE_MS, line: io.line }));
    if (!jobs) return { detail: 'no server to ask' };
    return { detail: jobs.join(', ') || 'none' };
  },
});

type At = LocalContext;

function livingServer({ cluster, state }: At): NomadCluster | undefined {
  const server = (state.nodes ?? []).find(
    (node) => isServerOf(node.role, 'nomad') && runningAgent(agentFiles(cluster.paths.agents, node.name, 'nomad')),
  );
  return server && createNomadCluster({ url: nomadUrl(server) });
}
