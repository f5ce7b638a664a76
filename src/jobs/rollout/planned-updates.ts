import { isLive } from '../../clients/live-allocations.js';
import type { DesiredUpdates, PlanReply } from '../../clients/nomad-plan-model.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';

/**
 * With what is to be placed, and no more. Of a system job Nomad 1.11 counts every node that suits it, also where an allocation runs that it
 * leaves alone or updates: `tgCandidateNodeCounts` in
 * https://github.com/hashicorp/nomad/blob/v1.11.3/scheduler/scheduler_system.go. Nodes without room are not in that number.
 */
export function trueCounts(reply: PlanReply, type: string): PlanReply {
  if (type !== 'system') return reply;
  return withUpdates(reply, (update) => {
    const there = update.Ignore + update.InPlaceUpdate + update.DestructiveUpdate;
    return update.Place < there ? update : { ...update, Place: update.Place - there };
  });
}

/**
 * As it would be if it were registered. Where Nomad has access control it keeps who registered a job, and takes one that it is only asked
 * about for another: every allocation that runs would be updated in place, and every one that has ended placed again, and none of it
 * happens (seen with 1.11.3). A system job's are placed again all the same.
 * @param allocations those of the version that is there
 */
export function asRegistered(
  reply: PlanReply,
  { type, allocations }: { readonly type: string; readonly allocations: readonly Allocation[] },
): PlanReply {
  const ended = allocations.filter((one) => isLeftEnded(one, type));
  return withUpdates(reply, (update, name) => {
    const again = Math.min(update.Place, ended.filter(({ TaskGroup }) => TaskGroup === name).length);
    return { ...update, Ignore: update.Ignore + update.InPlaceUpdate, InPlaceUpdate: 0, Place: update.Place - again };
  });
}

/** Whether registering the job once more would change nothing. */
export function nothingToDo(reply: PlanReply): boolean {
  return Object.values(reply.Annotations?.DesiredTGUpdates ?? {}).every(isLeftAlone);
}

export function isLeftAlone(group: DesiredUpdates): boolean {
  return group.Place + group.Migrate + group.Stop + group.InPlaceUpdate + group.DestructiveUpdate + group.Canary === 0;
}

/**
 * Ended, and no evaluation of the same job starts another in its place. One of a service that is complete does not count: `shouldFilter` in
 * https://github.com/hashicorp/nomad/blob/v1.11.3/scheduler/reconciler/filters.go.
 */
function isLeftEnded(allocation: Allocation, type: string): boolean {
  const { DesiredStatus, ClientStatus, NextAllocation, FollowupEvalID } = allocation;
  if (type === 'system' || (type === 'service' && ClientStatus !== 'failed')) return false;
  return DesiredStatus === 'run' && !isLive(allocation) && !NextAllocation && !FollowupEvalID;
}

function withUpdates(reply: PlanReply, change: (update: DesiredUpdates, group: string) => DesiredUpdates): PlanReply {
  const updates = Object.entries(reply.Annotations?.DesiredTGUpdates ?? {}).map(([name, update]) => [name, change(update, name)] as const);
  return { ...reply, Annotations: { ...reply.Annotations, DesiredTGUpdates: Object.fromEntries(updates) } };
}
