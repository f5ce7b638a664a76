import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import type { Job } from '../../clients/nomad-job-model.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import type { ClusterConnection } from '../../cluster/connection.js';
import { jobWords } from '../parse/in-namespace.js';
import type { LogsRequest } from './read-logs.js';
import { existingJob } from './read-job.js';
import { isParent, runsOf } from './read-runs.js';

/** A task that has started at least once: only such a one has output. */
export interface LogSource {
  readonly allocation: Allocation;
  readonly task: string;
}

export interface LogSources {
  /** The job that they are of: of a periodic or parameterized one its newest run that has started. */
  readonly job: string;
  readonly sources: readonly LogSource[];
}

/** @throws UsageError `job-unknown`, `task-unknown`, `task-not-started`, `allocation-unknown` */
export async function logSourcesOf(connection: ClusterConnection, request: LogsRequest): Promise<LogSources> {
  const api = createNomadApi(connection.nomad);
  const { signal, task, allocation } = request;
  const asked = await existingJob(api, request.job, { namespace: connection.nomad.namespace, signal });
  const { job, started } = await startedOf(api, asked, request);
  const chosen = allocation === undefined ? newestOf(started) : started.filter(({ ID }) => ID.startsWith(allocation));
  const tasks = chosen.flatMap((one) =>
    Object.entries(one.TaskStates ?? {}).map(([name, { StartedAt }]) => ({ allocation: one, task: name, hasStarted: StartedAt !== null })),
  );
  const wanted = tasks.filter((one) => task === undefined || one.task === task);
  const sources = wanted.filter(({ hasStarted }) => hasStarted);
  if (sources.length > 0) return { job: job.ID, sources };
  throw nothingToRead(job, { request, known: tasks.map((one) => one.task), isThere: wanted.length > 0 });
}

/** Of a job that only starts others, what its newest run with something to read has started. */
async function startedOf(api: NomadApi, job: Job, { allocation, signal }: LogsRequest): Promise<{ job: Job; started: Allocation[] }> {
  const of = async (id: string): Promise<Allocation[]> => {
    const { value } = await api.allocations(id, { index: 0, signal });
    return value.filter(({ TaskStates }) => TaskStates !== null);
  };
  if (!isParent(job)) return { job, started: await of(job.ID) };
  for (const run of await runsOf(api, job, signal)) {
    const started = await of(run.ID);
    const found = allocation === undefined ? started : started.filter(({ ID }) => ID.startsWith(allocation));
    if (found.length > 0) return { job: { ...job, ID: run.ID }, started };
  }
  return { job, started: [] };
}

/** What runs; without anything running, the last of each group, which tells why. */
function newestOf(allocations: readonly Allocation[]): Allocation[] {
  const running = allocations.filter(({ ClientStatus }) => ClientStatus === 'running');
  if (running.length > 0) return running;
  const byGroup = new Map<string, Allocation>();
  for (const one of [...allocations].sort((a, b) => a.CreateIndex - b.CreateIndex)) byGroup.set(one.TaskGroup, one);
  return [...byGroup.values()];
}

interface Nothing {
  readonly request: LogsRequest;
  /** Tasks of the allocations in question. */
  readonly known: readonly string[];
  /** The task that was asked for is one of them. */
  readonly isThere: boolean;
}

function nothingToRead(job: Job, { request: { task, allocation }, known, isThere }: Nothing): UsageError {
  const words = jobWords(job.ID, job.Namespace);
  if (task !== undefined && isThere)
    return new UsageError(`task ${task} of job ${job.ID} has not started, so it has said nothing`, {
      code: 'task-not-started',
      why: startsWhen(job, task),
      next: nomadctl`job status ${words}`,
    });
  const tasks = [...new Set(known)];
  if (task !== undefined && tasks.length > 0)
    return new UsageError(`job ${job.ID} has no task "${task}"${didYouMean(task, tasks)}`, {
      code: 'task-unknown',
      why: `its tasks: ${tasks.join(', ')}`,
      next: again({ task: undefined }),
    });
  const what = allocation === undefined ? 'allocation' : `allocation ${allocation}`;
  return new UsageError(
    isParent(job) ? `no run of job ${job.ID} has an ${what} that has started` : `job ${job.ID} has no ${what} that has started`,
    {
      code: 'allocation-unknown',
      next: nomadctl`job status ${words}`,
    },
  );
}

/** https://developer.hashicorp.com/nomad/docs/job-specification/lifecycle */
function startsWhen({ TaskGroups }: Job, name: string): string {
  const hook = TaskGroups.flatMap(({ Tasks }) => Tasks).find(({ Name }) => Name === name)?.Lifecycle?.Hook;
  if (hook === 'poststop') return 'it is a poststop task: it starts when the others have ended';
  if (hook === 'poststart') return 'it is a poststart task: it starts when the others run';
  return 'what comes before it has not ended yet, or failed';
}
