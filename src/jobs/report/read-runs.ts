import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { NomadApi } from '../../clients/nomad-api.js';
import type { Job, JobStub } from '../../clients/nomad-job-model.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import { isLive } from '../../clients/live-allocations.js';
import type { ParentReport, RunReport } from './job-report.js';

const NANOS_PER_MS = 1e6;
/** Each costs a question. */
const RUNS_SHOWN = 10;
/** How Nomad says that a periodic job is not enabled. */
const NEVER = '0001-01-01T00:00:00Z';

/** Whether a job only starts others. */
export function isParent({ Periodic, ParameterizedJob, ParentID }: Job): boolean {
  return !ParentID && Boolean(Periodic ?? ParameterizedJob);
}

/** Runs of a periodic or parameterized job, newest first. */
export async function runsOf(api: NomadApi, { ID, Namespace }: Job, signal: AbortSignal): Promise<JobStub[]> {
  const stubs = await api.jobs({ parent: ID, signal });
  return stubs.filter((stub) => stub.Namespace === (Namespace ?? DEFAULT_NAMESPACE)).sort((a, b) => b.SubmitTime - a.SubmitTime);
}

/** What a job that only starts others has to tell: when it starts the next one, and how the last ones came out. */
export async function readParent(api: NomadApi, job: Job, signal: AbortSignal): Promise<ParentReport> {
  const [runs, nextLaunch] = await Promise.all([runsOf(api, job, signal), nextLaunchOf(api, job, signal)]);
  const shown = await mapBounded(runs.slice(0, RUNS_SHOWN), REQUESTS_AT_ONCE, async (stub): Promise<RunReport> => {
    const { value } = await api.allocations(stub.ID, { index: 0, signal });
    return runReport(stub, value);
  });
  return {
    ...(nextLaunch === undefined ? {} : { nextLaunch }),
    runsKnown: runs.length,
    runsLive: runs.filter(({ Status }) => Status !== 'dead').length,
    runs: shown,
  };
}

/** Nomad tells it of a plan alone, here of one that changes nothing. */
async function nextLaunchOf(api: NomadApi, job: Job, signal: AbortSignal): Promise<string | undefined> {
  if (!job.Periodic || job.Periodic.Enabled === false || job.Stop) return undefined;
  const reply = await api.plan(job, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    // A token that may only read must not plan. The rest of the report stands without it.
    return error instanceof Error ? undefined : Promise.reject(new Error(String(error)));
  });
  const next = reply?.NextPeriodicLaunch;
  return next && next !== NEVER ? next : undefined;
}

function runReport(stub: JobStub, allocations: readonly Allocation[]): RunReport {
  const latest = allocations.filter(({ NextAllocation }) => !NextAllocation);
  return {
    id: stub.ID,
    outcome: outcomeOf(stub, latest),
    submittedAt: stub.SubmitTime / NANOS_PER_MS,
    allocations: latest.map(({ ID, NodeName, TaskGroup, ClientStatus }) => ({
      id: ID,
      group: TaskGroup,
      node: NodeName,
      status: ClientStatus,
    })),
  };
}

/** Nomad calls every run that has ended dead, however it ended. */
export function outcomeOf(
  { Status, Stop, JobSummary }: JobStub,
  latest: readonly Pick<Allocation, 'ClientStatus'>[],
): RunReport['outcome'] {
  if (latest.some(isLive)) return latest.some(({ ClientStatus }) => ClientStatus === 'running') ? 'running' : 'pending';
  if (Status !== 'dead') return Status === 'running' ? 'running' : 'pending';
  if (latest.some(({ ClientStatus }) => ClientStatus === 'failed' || ClientStatus === 'lost')) return 'failed';
  if (Stop) return 'stopped';
  if (latest.length > 0) return 'complete';
  // Its allocations are forgotten before it is.
  const summed = Object.values(JobSummary?.Summary ?? {});
  const sum = (state: string): number => summed.reduce((total, group) => total + (group[state] ?? 0), 0);
  if (sum('Failed') + sum('Lost') > 0 && sum('Complete') === 0) return 'failed';
  return sum('Complete') > 0 ? 'complete' : 'unknown';
}
