import type { Allocation } from '../../clients/nomad-rollout-model.js';

/** Where Nomad gives no verdict, an allocation is well when it stays up that long. */
export const SETTLE_MS = 2000;

/** Remembers when each allocation was first seen running, by our clock. */
export function noteLives(allocations: readonly Allocation[], upSince: Map<string, number>, now: number): void {
  for (const one of allocations) if (one.ClientStatus === 'running' && !upSince.has(lifeOf(one))) upSince.set(lifeOf(one), now);
}

/** For how long it has been up, in milliseconds; -Infinity when it never was. */
export function upFor(allocation: Allocation, upSince: ReadonlyMap<string, number>, now: number): number {
  return now - (upSince.get(lifeOf(allocation)) ?? Infinity);
}

/** A restarted allocation is a new life: it must settle again. */
function lifeOf(allocation: Allocation): string {
  const restarts = Object.values(allocation.TaskStates ?? {}).reduce((total, task) => total + task.Restarts, 0);
  return `${allocation.ID}:${restarts}`;
}
