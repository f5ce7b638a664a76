import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import type { Allocation, Evaluation } from '../../clients/nomad-rollout-model.js';
import { watch } from '../../clients/watch.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { explainPlacement } from '../../jobs/placement/explain-placement.js';
import { hasEnded } from '../../jobs/rollout/deployment-groups.js';
import { defineStep, deploymentOf, type Registered } from '../../jobs/job-state.js';
import { goneInWords, removedMeanwhile } from '../../jobs/removed-meanwhile.js';
import { jobWords } from '../../jobs/parse/in-namespace.js';
import { unplaceable } from '../../jobs/placement/unplaceable.js';

const FROM_START = 0;

/** Follows the evaluation of a registration until the scheduler has decided. */
export const placeAllocations = defineStep({
  id: 'place-allocations',
  title: 'Placing allocations',
  requires: ['registered'],
  provides: ['placed'],
  async run(at) {
    const api = createNomadApi(at.connection.nomad);
    const { registered } = at.state;
    const { jobId, version, evaluationId, waitsFor } = registered;
    if (evaluationId === '')
      return {
        state: { placed: { deploymentId: await presentDeployment(api, registered, at.signal) } },
        detail: waitsFor ? `waits for ${waitsFor}` : '',
      };
    const evaluation = await decided(api, { jobId, id: evaluationId, signal: at.signal }).catch(async (error: unknown) => {
      const what = `evaluation ${evaluationId.slice(0, 8)}`;
      throw await goneInWords(error, api, { id: jobId, words: jobWords(jobId, at.connection.nomad.namespace), what, signal: at.signal });
    });
    await refuseUnplaced(api, { registered, evaluation, queue: at.job.options.queue ?? false, signal: at.signal });
    const [{ value: allocations }, deploymentId] = await Promise.all([
      api.allocations(jobId, { index: FROM_START, signal: at.signal }),
      deploymentFollowed(api, { evaluation, version, signal: at.signal }),
    ]);
    return {
      state: { placed: { deploymentId, unplaced: evaluation.FailedTGAllocs ?? {} } },
      detail: whereabouts(allocations.filter((one) => one.JobVersion === version && one.DesiredStatus === 'run')),
    };
  },
});

async function presentDeployment(api: NomadApi, { jobId, version }: Registered, signal: AbortSignal): Promise<string> {
  return deploymentOf(await api.deployments(jobId, signal), version)?.ID ?? '';
}

/**
 * The one that says how what was just placed does. Nomad names in an evaluation of a system job the deployment of that version also when it had
 * ended before (seen with 1.11.3): it knows nothing of allocations that take the place of dead ones.
 */
async function deploymentFollowed(
  api: NomadApi,
  { evaluation, version, signal }: { evaluation: Evaluation; version: number; signal: AbortSignal },
): Promise<string> {
  const { DeploymentID: id = '', CreateIndex: asked } = evaluation;
  if (id === '') return '';
  const { value: deployment } = await api.deployment(id, { index: FROM_START, signal });
  const isEarlier = deployment.JobVersion === version && deployment.CreateIndex < asked && hasEnded(deployment);
  return isEarlier ? '' : id;
}

async function decided(api: NomadApi, { jobId, id, signal }: { jobId: string; id: string; signal: AbortSignal }): Promise<Evaluation> {
  for await (const evaluation of watch((from) => api.evaluation(id, from), signal)) {
    if (evaluation.Status === 'pending') continue;
    if (evaluation.Status === 'complete' || evaluation.Status === 'blocked') return evaluation;
    throw new OutcomeError(`job ${jobId}: the scheduler gave up (evaluation ${id.slice(0, 8)} is ${evaluation.Status})`, {
      code: 'evaluation-failed',
      why: evaluation.StatusDescription,
      next: nomadctl`job status ${jobWords(jobId, api.namespace)}`,
    });
  }
  throw new Error('a watch ended by itself');
}

async function refuseUnplaced(
  api: NomadApi,
  { registered, evaluation, queue, signal }: { registered: Registered; evaluation: Evaluation; queue: boolean; signal: AbortSignal },
): Promise<void> {
  const failed = evaluation.FailedTGAllocs ?? {};
  if (Object.keys(failed).length === 0 || queue) return;
  const spec = await api.job(registered.jobId, signal);
  if (!spec) throw removedMeanwhile(registered.jobId);
  throw unplaceable(spec, { failed, why: await explainPlacement(api, { spec, failed, signal }), registered: true });
}

/** `redis on client-1, web on client-2 (2) and client-3`; many of one group are counted. */
export function whereabouts(allocations: readonly Allocation[]): string {
  const groups = new Map<string, string[]>();
  for (const { TaskGroup, NodeName } of allocations) groups.set(TaskGroup, [...(groups.get(TaskGroup) ?? []), NodeName]);
  return [...groups]
    .map(([group, nodes]) => `${group} on ${nodes.length > 3 ? `${new Set(nodes).size} nodes` : counted(nodes).join(' and ')}`)
    .join(', ');
}

/** Each node once, with how often it was named where that is more. */
function counted(nodes: readonly string[]): string[] {
  const times = (node: string): number => nodes.filter((other) => other === node).length;
  return [...new Set(nodes)].sort().map((node) => (times(node) > 1 ? `${node} (${times(node)})` : node));
}
