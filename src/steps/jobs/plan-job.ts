import { createNomadApi } from '../../clients/nomad-api.js';
import type { Job, JobSpec } from '../../clients/nomad-job-model.js';
import type { PlanReply } from '../../clients/nomad-plan-model.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { ApiError, OutcomeError, UsageError } from '@nomadctl/base/errors';
import { GIVEN_JOB, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { defineStep } from '../../jobs/job-state.js';
import { jobWords, nomadNamespace } from '../../jobs/parse/in-namespace.js';
import { isLive } from '../../clients/live-allocations.js';
import { asRegistered, isLeftAlone, nothingToDo, trueCounts } from '../../jobs/rollout/planned-updates.js';
import { isGivenUp, SYSBATCH_AGAIN } from '../../jobs/rollout/rollout.js';

/** Types whose failed allocations have retries that can be used up: those of system jobs any evaluation places again, of sysbatch none. */
const RETRIED = new Set(['service', 'batch']);

export const planJob = defineStep({
  id: 'plan-job',
  title: 'Planning',
  requires: ['spec'],
  provides: ['planned'],
  async run(at) {
    const api = createNomadApi(at.connection.nomad);
    const { spec } = at.state;
    const [answer, current, { value: allocations }] = await Promise.all([
      api.plan(spec, at.signal),
      api.job(spec.ID, at.signal),
      api.allocations(spec.ID, { index: 0, signal: at.signal }),
    ]);
    const planned = trueCounts(answer, spec.Type);
    const ofVersion = allocations.filter(({ JobVersion }) => JobVersion === current?.Version);
    const isCurrent = isSame(planned, current) && allocations.filter(isLive).every((allocation) => ofVersion.includes(allocation));
    const reply = isCurrent ? asRegistered(planned, { type: spec.Type, allocations: ofVersion }) : planned;
    refuseOtherIndex(at.job.options.checkIndex, reply, spec.ID);
    const { rerun: again = false } = at.job.options;
    if (again) refuseRerun(spec);
    const present = isSame(reply, current);
    const ended = present && isBatch(spec) && allocations.length > 0 && !allocations.some(isLive);
    if (again && present && !ended) throw stillRuns(spec);
    const rerun = again && ended;
    const givenUp = !rerun && current && !current.Stop && RETRIED.has(spec.Type) ? groupsGivenUp(spec, reply, allocations) : [];
    const unchanged = !rerun && givenUp.length === 0 && present && nothingToDo(reply);
    return { state: { planned: { reply, givenUp, unchanged, ended, rerun, ...(current ? { version: current.Version } : {}) } } };
  },
});

function refuseOtherIndex(wanted: number | undefined, reply: PlanReply, id: string): void {
  if (wanted === undefined || wanted === reply.JobModifyIndex) return;
  throw new ApiError(`job ${id} was changed by somebody else since it was planned`, {
    code: 'job-changed',
    why: `it is at index ${reply.JobModifyIndex}, the plan was made at ${wanted}; nothing was registered`,
    next: nomadctl`job plan ${GIVEN_JOB}`,
  });
}

/** It is registered with this very specification, and not stopped. */
function isSame(reply: PlanReply, current: Job | undefined): boolean {
  return current !== undefined && !current.Stop && reply.Diff?.Type === 'None';
}

/** Runs to an end. */
function isBatch({ Type, Periodic, ParameterizedJob }: JobSpec): boolean {
  return (Type === 'batch' || Type === 'sysbatch') && !Periodic && !ParameterizedJob;
}

/** @throws UsageError `rerun-unsuited` */
function refuseRerun(spec: JobSpec): void {
  const { ID, Type } = spec;
  const inside = nomadNamespace(spec.Namespace);
  const refusal = (kind: string, more: { why?: string; next?: Hint }): UsageError =>
    new UsageError(`--rerun is for batch jobs that have ended; ${ID} is ${kind}`, { code: 'rerun-unsuited', ...more });
  if (spec.Periodic) throw refusal('periodic', { next: nomadctl`exec nomad job periodic force ${inside} ${ID}` });
  if (spec.ParameterizedJob) throw refusal('parameterized', { next: nomadctl`exec nomad job dispatch ${inside} ${ID}` });
  if (Type === 'sysbatch') throw refusal('a sysbatch job', { why: SYSBATCH_AGAIN });
  if (Type !== 'batch') throw refusal(`a ${Type} job`, { next: nomadctl`exec nomad job restart ${inside} ${ID}` });
}

function stillRuns({ ID: id, Namespace }: JobSpec): OutcomeError {
  return new OutcomeError(`job ${id} has not ended yet`, {
    code: 'job-still-runs',
    why: '--rerun is for what has ended; nothing was registered',
    next: nomadctl`job status ${jobWords(id, Namespace)}`,
  });
}

/** Names of groups with too few allocations, and a failed allocation that Nomad does not replace. */
function groupsGivenUp(spec: JobSpec, reply: PlanReply, allocations: readonly Allocation[]): string[] {
  const updates = reply.Annotations?.DesiredTGUpdates ?? {};
  return spec.TaskGroups.filter(({ Name, Count }) => {
    const ofGroup = allocations.filter(({ TaskGroup, DesiredStatus }) => TaskGroup === Name && DesiredStatus === 'run');
    const update = updates[Name];
    return update && isLeftAlone(update) && ofGroup.some(isGivenUp) && ofGroup.filter(isWell).length < Count;
  }).map(({ Name }) => Name);
}

function isWell({ ClientStatus }: Allocation): boolean {
  return ClientStatus === 'running' || ClientStatus === 'pending' || ClientStatus === 'complete';
}
