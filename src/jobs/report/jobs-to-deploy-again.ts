import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Paths } from '@nomadctl/base/paths';
import type { AgentEndpoint } from '../../clients/agent-endpoint.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import type { Job } from '../../clients/nomad-job-model.js';
import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import { listJobs } from '../catalogue/find-job.js';
import { consulNeeds, knowsTls } from './consul-needs.js';

/** A job that was deployed to a plain cluster, and that Consul would refuse once it asks for tokens. */
export interface JobToDeployAgain {
  readonly job: Job;
  /** What it counts on, a phrase each. */
  readonly needs: readonly string[];
  /** It comes from the catalogue as it is today: registering it once more, as it was, is all that it takes. */
  readonly isOfCatalogue: boolean;
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
    const needs = consulNeeds(job, begunAt);
    return needs.length === 0 ? [] : [{ job, needs, isOfCatalogue: templates.has(ID) && knowsTls(job) }];
  });
  return found.flat().sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function keyOf({ job: { ID, Namespace } }: JobToDeployAgain): string {
  return `${Namespace ?? DEFAULT_NAMESPACE} ${ID}`;
}
