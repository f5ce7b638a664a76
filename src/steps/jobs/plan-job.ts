import { createNomadApi } from '../../clients/nomad-api.js';
import type { Job, JobSpec } from '../../clients/nomad-job-model.js';
import type { DesiredUpdates, PlanReply } from '../../clients/nomad-plan-model.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { ApiError } from '@nomadctl/base/errors';
import { GIVEN_JOB, nomadctl } from '@nomadctl/base/hint/hint';
import { defineStep } from '../../jobs/job-state.js';
import { isGivenUp } from '../../jobs/rollout/rollout.js';

/** Types whose failed allocations have retries that can be used up; Nomad places those of the others again by itself. */
const RETRIED = new Set(['service', 'batch']);

export const planJob = defineStep({
  id: 'plan-job',
  title: 'Planning',
  requires: ['spec'],
  provides: ['planned'],
  async run(at) {
    const api = createNomadApi(at.connection.nomad);
    const { spec } = at.state;
    const [reply, current, { value: allocations }] = await Promise.all([
      api.plan(spec, at.signal),
      api.job(spec.ID, at.signal),
      api.allocations(spec.ID, { index: 0, signal: at.signal }),
    ]);
    refuseOtherIndex(at.job.options.checkIndex, reply, spec.ID);
    const givenUp = current && !current.Stop && RETRIED.has(spec.Type) ? groupsGivenUp(spec, reply, allocations) : [];
    const unchanged = givenUp.length === 0 && isUnchanged(reply, current);
    const planned = { reply, givenUp, unchanged, ...(current ? { version: current.Version } : {}) };
    return { state: { planned } };
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

/** A registration would change nothing: neither the specification nor what runs. */
function isUnchanged(reply: PlanReply, current: Job | undefined): boolean {
  if (!current || current.Stop || reply.Diff?.Type !== 'None') return false;
  return Object.values(reply.Annotations?.DesiredTGUpdates ?? {}).every(isLeftAlone);
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

function isLeftAlone(group: DesiredUpdates): boolean {
  return group.Place + group.Migrate + group.Stop + group.InPlaceUpdate + group.DestructiveUpdate + group.Canary === 0;
}
