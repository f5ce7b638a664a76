import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { noteLives, SETTLE_MS, upFor } from './settled-lives.js';
import { isDead, isExhausted, neverStarted, SYSBATCH_AGAIN, troubleOf, waiting, type Rollout, type Verdict } from './rollout.js';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';

/**
 * Judges a rollout without a deployment: system, batch and sysbatch jobs, and services without an update block.
 * `upSince` remembers when each allocation was first seen running, by our clock.
 */
export function judgeAllocations(rollout: Rollout, upSince: Map<string, number>, now: number): Verdict {
  const { type, patient } = rollout;
  const current = rollout.allocations.filter(({ DesiredStatus, NextAllocation }) => DesiredStatus === 'run' && !NextAllocation);
  const queued = rollout.unplaced.length > 0;
  if (current.length === 0)
    return queued
      ? { state: 'done', outcome: 'queued', line: 'nothing has a place yet' }
      : { state: 'done', outcome: 'nothing-to-run', line: 'nothing to run' };
  const broken = current.filter((one) => isDead(one, type) || (!patient && !rollout.unchanged && isExhausted(one)));
  // A follow-up evaluation is Nomad's promise to try once more.
  const final = patient ? broken.filter((one) => isDead(one, type) && !one.FollowupEvalID) : broken;
  if (final.length > 0) return crashed(rollout, final);
  noteLives(current, upSince, now);
  const settleMs = rollout.unchanged ? 0 : SETTLE_MS;
  const settled = current.filter((one) => one.ClientStatus === 'complete' || upFor(one, upSince, now) >= settleMs);
  const line = `${settled.length} of ${current.length}`;
  if (settled.length < current.length) return waiting([line, ...current.flatMap(troubleOf).slice(-1)].join(' · '));
  if (queued) return { state: 'done', outcome: 'queued', line: `${line} that have a place` };
  const complete = current.every(({ ClientStatus }) => ClientStatus === 'complete');
  return { state: 'done', outcome: complete ? 'complete' : 'healthy', line };
}

function crashed({ jobId, words, type, version, unchanged }: Rollout, broken: readonly Allocation[]): Verdict {
  const logs = nomadctl`job logs ${words} --stderr`;
  return {
    state: 'failed',
    code: 'allocation-failed',
    message: `job ${jobId}: version ${version} ${broken.every(neverStarted) ? 'cannot start' : 'does not stay up'}`,
    // Registering it once more starts what is dead of any other type.
    next: unchanged && type === 'sysbatch' ? hint`${logs}   shows why; ${SYSBATCH_AGAIN}` : logs,
    culprits: broken,
  };
}
