import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { isExhausted, isGivenUp, neverStarted, troubleOf, waiting, type Rollout, type Verdict } from './rollout.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

/** Without a deployment Nomad gives no verdict: an allocation is well when it stays up that long. */
const SETTLE_MS = 2000;

/**
 * Judges a rollout without a deployment: system, batch and sysbatch jobs, and services without an update block.
 * `upSince` remembers when each allocation was first seen running, by our clock.
 */
export function judgeAllocations(rollout: Rollout, upSince: Map<string, number>, now: number): Verdict {
  const { jobId, version, patient } = rollout;
  const current = rollout.allocations.filter(({ DesiredStatus, NextAllocation }) => DesiredStatus === 'run' && !NextAllocation);
  if (current.length === 0) return { state: 'done', outcome: 'nothing-to-run', line: 'nothing to run' };
  const broken = current.filter((one) => one.ClientStatus === 'failed' || (!patient && !rollout.unchanged && isExhausted(one)));
  // A follow-up evaluation is Nomad's promise to try once more.
  const final = patient ? broken.filter(isGivenUp) : broken;
  if (final.length > 0) return crashed({ jobId, version, broken: final });
  for (const one of current) if (one.ClientStatus === 'running' && !upSince.has(lifeOf(one))) upSince.set(lifeOf(one), now);
  const settleMs = rollout.unchanged ? 0 : SETTLE_MS;
  const settled = current.filter((one) => one.ClientStatus === 'complete' || now - (upSince.get(lifeOf(one)) ?? Infinity) >= settleMs);
  const line = `${settled.length} of ${current.length}`;
  if (settled.length < current.length) return waiting([line, ...current.flatMap(troubleOf).slice(-1)].join(' · '));
  const complete = current.every(({ ClientStatus }) => ClientStatus === 'complete');
  return { state: 'done', outcome: complete ? 'complete' : 'healthy', line };
}

function crashed({ jobId, version, broken }: { jobId: string; version: number; broken: readonly Allocation[] }): Verdict {
  return {
    state: 'failed',
    code: 'allocation-failed',
    message: `job ${jobId}: version ${version} ${broken.every(neverStarted) ? 'cannot start' : 'does not stay up'}`,
    next: nomadctl`job logs ${jobId} --stderr`,
    culprits: broken,
  };
}

/** A restarted allocation is a new life: it must settle again. */
function lifeOf(allocation: Allocation): string {
  const restarts = Object.values(allocation.TaskStates ?? {}).reduce((total, task) => total + task.Restarts, 0);
  return `${allocation.ID}:${restarts}`;
}
