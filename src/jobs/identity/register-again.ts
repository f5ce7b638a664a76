import type { Clock } from '@nomadctl/base/clock';
import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { waitFor } from '@nomadctl/base/wait-for';
import { isLive } from '../../clients/live-allocations.js';
import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import type { Job } from '../../clients/nomad-job-model.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { deploymentOf, type Registered } from '../job-state.js';
import { inNamespace, jobWords } from '../parse/in-namespace.js';
import { followRollout, type Ended } from '../rollout/follow-rollout.js';
import { registeredBy } from '../rollout/registered-version.js';

export interface RegisterAgain {
  readonly connection: ClusterConnection;
  /** As Nomad has it now. */
  readonly job: Job;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly line: (text: string) => void;
}

/** From the registration to the scheduler's decision. */
const DECIDED_MS = 30_000;
const REPLACED_MS = 5 * 60_000;

/**
 * Registers a job as it is once more, with the variables and counts that it has, has all its allocations replaced, and follows it
 * until it is healthy: for servers that have since been told to add an identity to all that is registered. Nomad takes that for a
 * change that an allocation can take as it runs, and it cannot: who an allocation is in Consul is settled at its start.
 * May be done again at any time: a job that was registered since is not registered, and what was replaced is left alone.
 * @param since milliseconds since the epoch: what is older is replaced
 * @throws OutcomeError with what keeps it from being healthy; ApiError `job-changed`
 */
export async function registerAgain({ connection: anywhere, job, ...how }: RegisterAgain, since: number): Promise<void> {
  const { clock, signal, line } = how;
  const connection = inNamespace(anywhere, job.Namespace);
  const api = createNomadApi(connection.nomad);
  const { ID: id } = job;
  await connection.nodes.useNamed?.();
  const registered = job.SubmitTime / 1e6 < since ? await registerAsIs(api, job, signal) : undefined;
  if (registered?.waitsFor !== undefined) return;
  const deploymentId = registered && (await deploymentFor(api, registered, how));
  const all = await api.allocations(id, { index: 0, signal });
  await mapBounded(olderThan(since, all.value), REQUESTS_AT_ONCE, ({ ID }) => api.stopAllocation({ id: ID, signal }));
  if (registered && deploymentId) {
    // Those that are about to end may well fail meanwhile.
    const options = { patient: true };
    const { verdict } = await followRollout({
      connection,
      registered,
      placed: { deploymentId },
      options,
      signal,
      onLine: line,
      now: clock.now,
    });
    if (verdict.state !== 'done') throw unhealthy(job, verdict);
  }
  await untilReplaced(api, job, { ...how, since });
}

async function registerAsIs(api: NomadApi, job: Job, signal: AbortSignal): Promise<Registered> {
  const { ID: id, Version: version, JobModifyIndex: modifyIndex } = job;
  const submission = await api.submission({ id, version, signal });
  const reply = await api.register({ job, modifyIndex, ...(submission ? { submission } : {}), signal });
  return registeredBy(api, { id, reply, signal });
}

function unhealthy(job: Job, verdict: Ended['verdict']): OutcomeError {
  const [said, code] =
    verdict.state === 'failed'
      ? [verdict.message, verdict.code]
      : [`job ${job.ID}: not everything of it has a place any more`, 'unplaceable'];
  const why = 'it was deployed again, as it was, to be known to Consul';
  return new OutcomeError(said, { code, why, next: nomadctl`job status ${jobWords(job.ID, job.Namespace)}` });
}

/** A deployment counts those that are being replaced as healthy, too. */
async function untilReplaced(
  api: NomadApi,
  job: Job,
  { clock, signal, since }: Pick<RegisterAgain, 'clock' | 'signal'> & { readonly since: number },
): Promise<void> {
  const next = nomadctl`job status ${jobWords(job.ID, job.Namespace)}`;
  const count = job.TaskGroups.reduce((sum, group) => sum + group.Count, 0);
  await waitFor({ what: `job ${job.ID} to run anew`, timeoutMs: REPLACED_MS, clock, signal, next }, async () => {
    const { value } = await api.allocations(job.ID, { index: 0, signal });
    if (olderThan(since, value).length > 0) return { observed: 'allocations of before are still there' };
    const running = value.filter(({ DesiredStatus, ClientStatus }) => DesiredStatus === 'run' && ClientStatus === 'running').length;
    return running >= count || job.Type !== 'service' ? { value: true } : { observed: `${running} of ${count} run` };
  });
}

/** Those that are to run, do, and were made before: milliseconds since the epoch. */
export function olderThan(since: number, allocations: readonly Allocation[]): Allocation[] {
  return allocations.filter((one) => one.DesiredStatus === 'run' && isLive(one) && isOlder(one, since));
}

function isOlder({ CreateTime }: Pick<Allocation, 'CreateTime'>, since: number): boolean {
  return CreateTime / 1e6 < since;
}

/** Services have one, which comes with the scheduler's decision; other jobs have none. */
async function deploymentFor(
  api: NomadApi,
  { jobId, type, version, evaluationId }: Registered,
  { clock, signal }: Pick<RegisterAgain, 'clock' | 'signal'>,
): Promise<string> {
  if (type !== 'service' || evaluationId === '') return '';
  const wait = {
    what: `a deployment of job ${jobId}`,
    timeoutMs: DECIDED_MS,
    clock,
    signal,
    pauseMs: 20,
    next: nomadctl`job status ${jobWords(jobId, api.namespace)}`,
  };
  return waitFor(wait, async () => {
    const deployment = deploymentOf(await api.deployments(jobId, signal), version);
    return deployment ? { value: deployment.ID } : { observed: 'the scheduler has not decided yet' };
  });
}
