import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import { isLive } from '../../clients/live-allocations.js';
import type { Job } from '../../clients/nomad-job-model.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import { DEFAULT_NAMESPACE, jobName, type ClusterConnection } from '../../cluster/connection.js';
import { jobStatus, jobType, type Ended } from '../../cluster/job-row.js';
import { blueGreenReports } from './blue-green.js';
import { deploymentReport } from './deployment-report.js';
import { tokenRefusalIn } from '../rollout/consul-token-refusal.js';
import { memoryNoteFrom, type MemoryNote } from '../rollout/memory-note.js';
import type { AllocationReport, EventReport, GroupReport, JobReport } from './job-report.js';
import { servicesWithoutToken } from './revoked-tokens.js';
import { isParent, readParent } from './read-runs.js';
import { servicesWithoutIdentity } from '../identity/services-without-identity.js';

const EVENTS = 8;
/** They come with every start and tell nothing. */
const QUIET_EVENTS = new Set(['Received', 'Task Setup']);
const NANOS_PER_MS = 1e6;

/** One screen about a job. @throws UsageError `job-unknown` with the nearest name */
export async function readJob(connection: ClusterConnection, id: string, signal: AbortSignal): Promise<JobReport> {
  const api = createNomadApi(connection.nomad);
  const job = await existingJob(api, id, { namespace: connection.nomad.namespace, signal });
  const [allocations, deployments, parent] = await Promise.all([
    api.allocationsInFull(id, signal),
    api.deployments(id, signal),
    isParent(job) ? readParent(api, job, signal) : undefined,
  ]);
  const current = allocations.filter(({ DesiredStatus, ClientStatus }) => DesiredStatus === 'run' || ClientStatus === 'running');
  const latest = [...deployments].sort((a, b) => b.CreateIndex - a.CreateIndex)[0];
  const blueGreen = await blueGreenReports(latest, { job, allocations, connection, signal });
  return {
    id: job.ID,
    namespace: job.Namespace ?? DEFAULT_NAMESPACE,
    type: isParent(job) ? jobType(job) : job.Type,
    status: jobStatus(job, endedOf(allocations)),
    version: job.Version,
    modifyIndex: job.JobModifyIndex,
    submittedAt: job.SubmitTime / NANOS_PER_MS,
    groups: job.TaskGroups.map((group) => groupReport(group, { job, allocations: current })),
    deployment: latest ? deploymentReport(latest, job) : undefined,
    ...(blueGreen.length > 0 ? { blueGreen } : {}),
    parent,
    allocations: [...allocations].sort((a, b) => b.CreateIndex - a.CreateIndex).map(allocationReport),
    live: allocations.filter(isLive).length,
    ...(connection.consul.token
      ? {
          withoutIdentity: servicesWithoutIdentity(job),
          withoutToken: await servicesWithoutToken(connection, { job, allocations: current, signal }),
        }
      : {}),
    events: await eventsOf(current.length > 0 ? current : allocations, memoryNoteFrom(api, signal)),
  };
}

function endedOf(allocations: readonly Allocation[]): Ended {
  const count = (...states: readonly string[]): number => allocations.filter(({ ClientStatus }) => states.includes(ClientStatus)).length;
  return { complete: count('complete'), failed: count('failed', 'lost') };
}

/** @throws UsageError `job-unknown` with the nearest name */
export async function existingJob(
  api: NomadApi,
  id: string,
  { namespace = DEFAULT_NAMESPACE, signal }: { readonly namespace?: string | undefined; readonly signal: AbortSignal },
): Promise<Job> {
  const job = await api.job(id, signal);
  if (job) return job;
  const stubs = await api.jobs({ signal });
  const elsewhere = stubs.find(({ ID }) => ID === id);
  const names = stubs.map(jobName);
  const ids = stubs.map(({ ID }) => ID);
  const where = elsewhere || namespace !== DEFAULT_NAMESPACE ? `namespace ${namespace}` : 'the cluster';
  throw new UsageError(`job "${id}" is not in ${where}${elsewhere ? '' : didYouMean(id, ids)}`, {
    code: 'job-unknown',
    why: names.length > 0 ? `jobs there: ${names.join(', ')}` : 'no job is deployed',
    next: elsewhere ? again({ namespace: elsewhere.Namespace }) : nomadctl`job list`,
  });
}

function groupReport(
  group: Job['TaskGroups'][number],
  { job, allocations }: { job: Job; allocations: readonly Allocation[] },
): GroupReport {
  const own = allocations.filter(({ TaskGroup }) => TaskGroup === group.Name);
  const everywhere = job.Type === 'system' || job.Type === 'sysbatch';
  return {
    name: group.Name,
    count: group.Count,
    limits: limitsOf(group),
    desired: job.Stop || isParent(job) ? 0 : everywhere ? own.length : group.Count,
    running: own.filter(({ ClientStatus }) => ClientStatus === 'running').length,
    healthy: own.filter((one) => one.ClientStatus === 'running' && one.DeploymentStatus?.Healthy !== false && !failedTask(one)).length,
    failed: own.filter(({ ClientStatus }) => ClientStatus === 'failed' || ClientStatus === 'lost').length,
  };
}

/** Nomad's own: a system job is on or off. */
function limitsOf({ Scaling }: Job['TaskGroups'][number]): GroupReport['limits'] {
  return {
    ...(typeof Scaling?.Min === 'number' ? { min: Scaling.Min } : {}),
    ...(typeof Scaling?.Max === 'number' && Scaling.Max > 0 ? { max: Scaling.Max } : {}),
  };
}

function failedTask(allocation: Allocation): boolean {
  return Object.values(allocation.TaskStates ?? {}).some(({ Failed }) => Failed);
}

function allocationReport(one: Allocation): AllocationReport {
  return {
    id: one.ID,
    group: one.TaskGroup,
    node: one.NodeName,
    version: one.JobVersion,
    status: one.ClientStatus,
    desired: one.DesiredStatus,
    healthy: one.DeploymentStatus?.Healthy ?? undefined,
    restarts: Object.values(one.TaskStates ?? {}).reduce((total, { Restarts }) => total + Restarts, 0),
    ports: Object.fromEntries((one.AllocatedResources?.Shared.Ports ?? []).map(({ Label, Value }) => [Label, Value])),
    addresses: Object.fromEntries(
      (one.AllocatedResources?.Shared.Ports ?? []).map(({ Label, Value, HostIP }) => [Label, `${HostIP}:${Value}`]),
    ),
    createdAt: one.CreateTime / NANOS_PER_MS,
  };
}

async function eventsOf(allocations: readonly Allocation[], memoryNote: MemoryNote): Promise<EventReport[]> {
  const latest = allocations
    .flatMap((one) =>
      Object.entries(one.TaskStates ?? {}).flatMap(([task, { Events }]) => (Events ?? []).map((event) => ({ one, task, event }))),
    )
    .filter(({ event }) => !QUIET_EVENTS.has(event.Type))
    .sort((a, b) => b.event.Time - a.event.Time)
    .slice(0, EVENTS);
  return Promise.all(
    latest.map(async ({ one, task, event }) => {
      const note = (await memoryNote(one, task, event)) ?? tokenRefusalIn(one, event)?.why;
      return {
        at: event.Time / NANOS_PER_MS,
        allocation: one.ID,
        task: `${one.TaskGroup}/${task}`,
        type: event.Type,
        text: note === undefined ? event.DisplayMessage : `${event.DisplayMessage} (${note})`,
      };
    }),
  );
}
