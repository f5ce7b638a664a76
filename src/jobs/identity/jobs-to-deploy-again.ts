import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Paths } from '@nomadctl/base/paths';
import type { AgentEndpoint } from '../../clients/agent-endpoint.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import type { Job } from '../../clients/nomad-job-model.js';
import { DEFAULT_NAMESPACE, jobName } from '../../cluster/connection.js';
import { listJobs } from '../catalogue/find-job.js';
import { olderThan } from './register-again.js';
import { consulNeeds, knowsTls, usesConsul } from './consul-needs.js';

/** A job that was deployed to a plain cluster, and that Consul would refuse once it asks for tokens. */
export interface JobToDeployAgain {
  readonly job: Job;
  /** With its namespace, where that is not the default. */
  readonly name: string;
  /** What it counts on, a phrase each. */
  readonly needs: readonly string[];
  /**
   * `us`: it comes from the catalogue as it is today, and registering it once more, as it was, is all that it takes; or somebody
   * has registered it since, and Nomad went on with allocations of before. `them`: whoever has deployed it.
   */
  readonly by: 'us' | 'them';
}

export interface LookingForJobs {
  readonly paths: Pick<Paths, 'ownJobs' | 'templates'>;
  /** As `consulNeeds` has it. */
  readonly begunAt?: number | undefined;
  readonly signal: AbortSignal;
}

/** All of them, of every namespace. Runs of periodic and parameterized jobs end by themselves and are left out. */
export async function jobsToDeployAgain(nomad: AgentEndpoint, { paths, begunAt, signal }: LookingForJobs): Promise<JobToDeployAgain[]> {
  const [stubs, catalogue] = await Promise.all([createNomadApi(nomad).jobs({ signal }), listJobs(paths)]);
  const templates = new Set(catalogue.flatMap(({ name, kind }) => (kind === 'template' ? [name] : [])));
  const living = stubs.filter(({ ParentID, Stop, Status }) => !ParentID && !Stop && Status !== 'dead');
  const found = await mapBounded(living, REQUESTS_AT_ONCE, async ({ ID, Namespace }) => {
    const job = await createNomadApi({ ...nomad, namespace: Namespace }).job(ID, signal);
    if (!job) return [];
    const which = { job, name: jobName({ ID, Namespace: job.Namespace ?? DEFAULT_NAMESPACE }) };
    const needs = consulNeeds(job, begunAt);
    if (needs.length > 0) return [{ ...which, needs, by: templates.has(ID) && knowsTls(job) ? ('us' as const) : ('them' as const) }];
    const older = begunAt !== undefined && (await olderAllocations(nomad, { job, begunAt, signal }));
    return older ? [{ ...which, needs: ['allocations that are older than its identity'], by: 'us' as const }] : [];
  });
  return found.flat().sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/** A batch is left to its end: replaced, it would begin anew. */
async function olderAllocations(
  nomad: AgentEndpoint,
  { job, begunAt, signal }: { readonly job: Job; readonly begunAt: number; readonly signal: AbortSignal },
): Promise<boolean> {
  if (!usesConsul(job) || (job.Type !== 'service' && job.Type !== 'system')) return false;
  const api = createNomadApi({ ...nomad, namespace: job.Namespace ?? DEFAULT_NAMESPACE });
  const { value } = await api.allocations(job.ID, { index: 0, signal });
  return olderThan(begunAt, value).length > 0;
}

function keyOf({ job: { ID, Namespace } }: JobToDeployAgain): string {
  return `${Namespace ?? DEFAULT_NAMESPACE} ${ID}`;
}
