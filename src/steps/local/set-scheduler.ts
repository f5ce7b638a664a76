import { createNomadCluster, type NomadCluster } from '../../clients/nomad-cluster.js';
import { ensureScheduler, schedulerProblem } from '../../cluster/nomad-scheduler.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { nomadUrl, type NodeRecord } from '../../agents/node-record.js';
import { isServerOf } from '../../agents/config/roles.js';
import { defineStep } from '../../agents/local-subject.js';

/** Which client a job gets is as the cluster file says. */
export const setSchedulerStep = defineStep({
  id: 'set-scheduler',
  title: 'Setting the scheduler',
  requires: ['nodes'],
  inputs: ({ cluster }) => ({ scheduler: cluster.settings.scheduler }),
  async isDone({ cluster, state, signal }) {
    const { scheduler } = cluster.settings;
    const problem = await schedulerProblem(nomadOf(state.nodes), scheduler, signal);
    return problem === undefined ? { done: true, detail: scheduler } : { done: false, because: problem };
  },
  async run({ cluster, state, signal }) {
    const { scheduler } = cluster.settings;
    await ensureScheduler(nomadOf(state.nodes), scheduler, signal);
    return { detail: scheduler };
  },
});

function nomadOf(nodes: readonly NodeRecord[]): NomadCluster {
  const server = nodes.find((node) => isServerOf(node.role, 'nomad'));
  if (!server) throw new OutcomeError('the cluster has no Nomad server', { code: 'no-server' });
  return createNomadCluster({ url: nomadUrl(server) });
}
