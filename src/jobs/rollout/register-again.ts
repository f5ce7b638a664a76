import type { Clock } from '@nomadctl/base/clock';
import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { waitFor } from '@nomadctl/base/wait-for';
import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import type { Job } from '../../clients/nomad-job-model.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { deploymentOf, type Registered } from '../job-state.js';
import { inNamespace, jobWords } from '../parse/in-namespace.js';
import { followRollout } from './follow-rollout.js';
import { registeredBy } from './registered-version.js';

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

/**
 * Registers a job as it is once more, with the variables and counts that it has, and follows it until it is healthy: for servers
 * that have since been told to add something to every job that is registered, as an identity in Consul.
 * @throws OutcomeError with what keeps it from being healthy; ApiError `job-changed`
 */
export async function registerAgain({ connection: anywhere, job, clock, signal, line }: RegisterAgain): Promise<void> {
  const connection = inNamespace(anywhere, job.Namespace);
  const api = createNomadApi(connection.nomad);
  const { ID: id, Version: version, JobModifyIndex: modifyIndex } = job;
  const submission = await api.submission({ id, version, signal });
  await connection.nodes.useNamed?.();
  const reply = await api.register({ job, modifyIndex, ...(submission ? { submission } : {}), signal });
  const registered = await registeredBy(api, { id, reply, signal });
  if (registered.waitsFor !== undefined) return;
  const { verdict } = await followRollout({
    connection,
    registered,
    placed: { deploymentId: await deploymentFor(api, registered, { clock, signal }) },
    options: {},
    signal,
    onLine: line,
    now: clock.now,
  });
  if (verdict.state === 'done') return;
  const words = jobWords(id, job.Namespace);
  const [said, code] =
    verdict.state === 'failed' ? [verdict.message, verdict.code] : [`job ${id}: not everything of it has a place any more`, 'unplaceable'];
  throw new OutcomeError(said, { code, why: 'it was deployed again, as it was, to be known to Consul', next: nomadctl`job status ${words}` });
}

/** Services have one, which comes with the scheduler's decision; other jobs have none. */
async function deploymentFor(
  api: NomadApi,
  { jobId, type, version, evaluationId }: Registered,
  { clock, signal }: Pick<RegisterAgain, 'clock' | 'signal'>,
): Promise<string> {
  if (type !== 'service' || evaluationId === '') return '';
  const wait = { what: `a deployment of job ${jobId}`, timeoutMs: DECIDED_MS, clock, signal, next: nomadctl`job status ${jobId}` };
  return waitFor(wait, async () => {
    const deployment = deploymentOf(await api.deployments(jobId, signal), version);
    return deployment ? { value: deployment.ID } : { observed: 'the scheduler has not decided yet' };
  });
}
