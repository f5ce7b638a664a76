import { isAbort } from '@nomadctl/base/errors';
import { mapBounded } from '@nomadctl/base/map-bounded';
import { reasonOf } from '@nomadctl/base/reason';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { Step, StepContext } from '../../engine/step.js';
import { listJobs, readTemplate } from '../../jobs/catalogue/find-job.js';
import { jobsToDeployAgain, type JobToDeployAgain } from '../../jobs/identity/jobs-to-deploy-again.js';
import { registerAgain } from '../../jobs/identity/register-again.js';
import { standingOf, writePair } from '../../security/acl/service-pairs.js';
import { securingOf } from '../../security/securing/securing-mark.js';
import type { Securable, SecuringPlace } from '../../security/securing/securing-place.js';

/** Rollouts are work for nodes that run everything else besides. */
const AT_ONCE = 4;

/**
 * Gives jobs of the catalogue, which were deployed before there was any access control, an identity in Consul: by registering
 * them once more as they are. Their intentions come first. Consul is open meanwhile, so that what has none yet goes on.
 */
export function deployJobsAgain<Subject extends Securable, State, Key extends keyof State>({
  needs,
  connect,
}: SecuringPlace<Subject, State, Key>): Step<Subject, State, Key> {
  type At = StepContext<Subject, State, Key>;
  const olderJobs = async (at: At): Promise<JobToDeployAgain[]> => {
    const { nomad } = await connect(at);
    const begunAt = securingOf(at.cluster.paths.agents)?.begunAt;
    const all = await jobsToDeployAgain(nomad, { paths: at.paths, begunAt, signal: at.signal });
    return all.filter(({ by }) => by === 'us');
  };
  return {
    id: 'deploy-jobs-again',
    title: 'Deploying jobs of the catalogue again',
    hideWhenDone: true,
    requires: [needs],
    async isDone(at) {
      try {
        const jobs = await olderJobs(at);
        return jobs.length === 0 ? { done: true } : { done: false, because: namesOf(jobs) };
      } catch (error) {
        if (isAbort(error)) throw error;
        return { done: false, because: `not known which: ${reasonOf(error)}` };
      }
    },
    async run(at, { line }) {
      const connection = await connect(at);
      const jobs = await olderJobs(at);
      const begunAt = securingOf(at.cluster.paths.agents)?.begunAt ?? 0;
      const failures: unknown[] = [];
      await mapBounded(jobs, AT_ONCE, async ({ job }) => {
        try {
          await allowIntentions(job.ID, connection, at);
          await registerAgain({ ...at, connection, job, line: (text) => line(`${job.ID}: ${text}`) }, begunAt);
        } catch (error) {
          // The others are not left half-way because of one.
          failures.push(error);
        }
      });
      if (failures.length > 0) throw failures[0];
      return { detail: namesOf(jobs) };
    },
  };
}

async function allowIntentions(
  name: string,
  { consul }: ClusterConnection,
  { paths, signal }: Pick<StepContext<unknown, unknown>, 'paths' | 'signal'>,
): Promise<void> {
  const api = createConsulApi(consul);
  for (const entry of await listJobs(paths)) {
    if (entry.name !== name || entry.kind !== 'template') continue;
    // What somebody has denied stays denied.
    for (const { action = 'allow', ...pair } of (await readTemplate(entry)).manifest.intentions)
      if ((await standingOf(api, pair, signal)) === 'nothing') await writePair(api, { ...pair, action }, signal);
  }
}

function namesOf(jobs: readonly JobToDeployAgain[]): string {
  return jobs.map(({ name }) => name).join(', ');
}
