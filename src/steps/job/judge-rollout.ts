import type { Allocation, Deployment, Evaluation, TaskEvent } from '../../clients/nomad-model.js';
import type { HealthOutcome } from './job-state.js';

/** All that is known about a rollout at one moment. */
export interface Rollout {
  readonly jobId: string;
  /** What the user calls it: a name of the catalogue, or a file. */
  readonly word: string;
  readonly type: string;
  readonly version: number;
  readonly deployment: Deployment | undefined;
  /** Those of this version only. */
  readonly allocations: readonly Allocation[];
  /** Those made for this version's deployment. */
  readonly evaluations: readonly Evaluation[];
  /** Nothing was registered: what runs has been running, and its past does not count. */
  readonly unchanged: boolean;
  readonly patient: boolean;
  readonly queue: boolean;
}

export type Verdict =
  | { readonly state: 'waiting'; readonly line: string }
  | { readonly state: 'done'; readonly outcome: HealthOutcome; readonly line: string }
  /** The scheduler ran out of room in the middle of the rollout. */
  | { readonly state: 'unplaceable'; readonly evaluation: Evaluation }
  | {
      readonly state: 'failed';
      readonly code: string;
      readonly message: string;
      readonly next: string;
      readonly culprits: readonly Allocation[];
    };

const waiting = (line: string): Verdict => ({ state: 'waiting', line });

/** Judges a rollout that Nomad follows with a deployment. Pure: what is not in the snapshot does not count. */
export function judgeDeployment(rollout: Rollout, deployment: Deployment): Verdict {
  const { jobId, patient, queue } = rollout;
  const groups = Object.values(deployment.TaskGroups);
  const healthy = groups.reduce((total, group) => total + group.HealthyAllocs, 0);
  const desired = groups.reduce((total, group) => total + Math.max(group.DesiredTotal, group.DesiredCanaries), 0);
  const culprits = rollout.allocations.filter(isBroken);
  if (deployment.Status === 'successful') return successful(rollout, `${healthy} of ${desired}`);
  if (deployment.Status === 'failed') return deploymentFailed(rollout, deployment, culprits);
  if (deployment.Status === 'cancelled') {
    return {
      state: 'failed',
      code: 'deployment-superseded',
      message: `job ${jobId}: the deployment of version ${rollout.version} was cancelled (${sentence(deployment.StatusDescription)})`,
      next: `nomadctl job status ${jobId}`,
      culprits,
    };
  }
  const canaries = groups.filter(({ DesiredCanaries, Promoted }) => DesiredCanaries > 0 && !Promoted);
  if (/manual promotion/.test(deployment.StatusDescription) && canaries.every((group) => group.HealthyAllocs >= group.DesiredCanaries)) {
    return { state: 'done', outcome: 'canary-waiting', line: `${healthy} canaries healthy, waiting for promotion` };
  }
  const stuck = rollout.evaluations.find(
    ({ Status, FailedTGAllocs }) => Status === 'complete' && Object.keys(FailedTGAllocs ?? {}).length > 0,
  );
  if (stuck && !queue) return { state: 'unplaceable', evaluation: stuck };
  // A group that reverts by itself is followed to its end: what runs then is the outcome.
  const final = culprits.filter(({ TaskGroup }) => !deployment.TaskGroups[TaskGroup]?.AutoRevert);
  if (final.length > 0 && !patient) return gaveUp(rollout, final);
  return waiting([`${healthy} of ${desired}`, ...rollout.allocations.flatMap(troubleOf).slice(-1)].join(' · '));
}

/** Nomad counts an allocation that was healthy for a moment and failed right after: such a success is none. */
function successful(rollout: Rollout, line: string): Verdict {
  const failed = rollout.allocations.filter(
    ({ ClientStatus, DesiredStatus, NextAllocation }) => ClientStatus === 'failed' && DesiredStatus === 'run' && !NextAllocation,
  );
  const final = rollout.patient ? failed.filter(({ FollowupEvalID }) => !FollowupEvalID) : failed;
  if (final.length > 0) return gaveUp(rollout, final);
  return failed.length > 0 ? waiting(`${failed.length} failed, Nomad tries again`) : { state: 'done', outcome: 'healthy', line };
}

function deploymentFailed(rollout: Rollout, deployment: Deployment, culprits: readonly Allocation[]): Verdict {
  const { jobId, version } = rollout;
  const reverted = /rolling back to job version (\d+)/.exec(deployment.StatusDescription)?.[1];
  const why = sentence(deployment.StatusDescription);
  return reverted === undefined
    ? {
        state: 'failed',
        code: 'deployment-failed',
        message: `job ${jobId}: version ${version} did not become healthy (${why})`,
        next: `nomadctl job status ${jobId}`,
        culprits,
      }
    : {
        state: 'failed',
        code: 'deployment-reverted',
        message: `job ${jobId}: version ${version} did not become healthy, and Nomad went back to version ${reverted}`,
        next: `nomadctl job status ${jobId}`,
        culprits,
      };
}

function gaveUp({ jobId, word, version }: Rollout, culprits: readonly Allocation[]): Verdict {
  return {
    state: 'failed',
    code: 'allocation-failed',
    message: `job ${jobId}: version ${version} does not become healthy`,
    next: `nomadctl job deploy ${word} --patient   waits for Nomad's own retries`,
    culprits,
  };
}

/** Nomad's sentences in the middle of ours. */
function sentence(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1).replace(/\.$/, '');
}

/** Failed for good, or unhealthy by its deployment's rules. */
export function isBroken(allocation: Allocation): boolean {
  return allocation.ClientStatus === 'failed' || allocation.DeploymentStatus?.Healthy === false;
}

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
  const broken = current.filter((one) => one.ClientStatus === 'failed' || (!patient && !rollout.unchanged && hasCrashed(one)));
  // A follow-up evaluation is Nomad's promise to try once more.
  const final = patient ? broken.filter(({ FollowupEvalID }) => !FollowupEvalID) : broken;
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
    message: `job ${jobId}: version ${version} does not stay up`,
    next: `nomadctl job logs ${jobId} --stderr`,
    culprits: broken,
  };
}

/** A restarted allocation is a new life: it must settle again. */
function lifeOf(allocation: Allocation): string {
  const restarts = Object.values(allocation.TaskStates ?? {}).reduce((total, task) => total + task.Restarts, 0);
  return `${allocation.ID}:${restarts}`;
}

function hasCrashed(allocation: Allocation): boolean {
  return Object.values(allocation.TaskStates ?? {}).some((task) => task.Failed || task.Restarts > 0 || (task.Events ?? []).some(isCrash));
}

function isCrash(event: TaskEvent): boolean {
  if (event.Type === 'Driver Failure' || event.Type === 'Setup Failure' || event.Type === 'Failed Artifact Download') return true;
  return event.Type === 'Terminated' && event.Details?.['exit_code'] !== undefined && event.Details['exit_code'] !== '0';
}

/** The latest thing that went wrong in an allocation, in a few words. */
function troubleOf(allocation: Allocation): string[] {
  const crashes = Object.entries(allocation.TaskStates ?? {}).flatMap(([task, { Events, Restarts }]) =>
    (Events ?? []).filter(isCrash).map((event) => ({ task, event, again: Restarts > 0 ? `, restarted ${Restarts} times` : '' })),
  );
  const latest = crashes.sort((a, b) => b.event.Time - a.event.Time)[0];
  return latest ? [`${allocation.TaskGroup}/${latest.task}: ${latest.event.DisplayMessage}${latest.again}`] : [];
}
