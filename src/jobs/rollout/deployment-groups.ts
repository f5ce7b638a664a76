import type { Deployment, DeploymentGroup } from '../../clients/nomad-rollout-model.js';

const ENDED = new Set(['successful', 'failed', 'cancelled']);

/** Nothing of it changes any more. */
export function hasEnded({ Status }: Deployment): boolean {
  return ENDED.has(Status);
}

/** How many allocations of the new version a group is to have now: its canaries alone until they are promoted. */
export function desiredOf({ DesiredCanaries, DesiredTotal, Promoted }: DeploymentGroup): number {
  return DesiredCanaries > 0 && !Promoted ? DesiredCanaries : DesiredTotal;
}

/**
 * Nothing of the group has a place: its deadline would begin with the first one that has (seen with 1.11), so its deployment
 * stays "running" for good.
 */
export function isEndless(group: DeploymentGroup): boolean {
  return group.PlacedAllocs === 0 && desiredOf(group) > 0 && !hasDeadline(group);
}

/** Whether canaries of it wait for a promotion, or will. */
export function hasCanaries({ DesiredCanaries, Promoted }: DeploymentGroup): boolean {
  return DesiredCanaries > 0 && !Promoted;
}

/** Nomad's zero time stands for none. */
function hasDeadline({ RequireProgressBy }: DeploymentGroup): boolean {
  return Boolean(RequireProgressBy) && !RequireProgressBy?.startsWith('0001-');
}
