import type { Allocation, Deployment, DeploymentGroup } from '../../clients/nomad-rollout-model.js';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { desiredOf, hasCanaries } from './deployment-groups.js';
import { checkTrouble, isBroken, isDead, neverStarted, stuckGroups, troubleOf, waiting, type Rollout, type Verdict } from './rollout.js';

/** Judges a rollout that Nomad follows with a deployment. Pure: what is not in the snapshot does not count. */
export function judgeDeployment(rollout: Rollout, deployment: Deployment): Verdict {
  const { jobId, words, patient, queue, canRevert } = rollout;
  const groups = Object.values(deployment.TaskGroups);
  const healthy = sum(groups, ({ HealthyAllocs }) => HealthyAllocs);
  const desired = sum(groups, (group) => Math.max(group.DesiredTotal, group.DesiredCanaries));
  const culprits = rollout.allocations.filter(isBroken);
  if (deployment.Status === 'successful') return successful(rollout, `${healthy} of ${desired}`);
  if (deployment.Status === 'failed') return deploymentFailed(rollout, deployment, culprits);
  if (deployment.Status === 'cancelled') {
    return {
      state: 'failed',
      code: 'deployment-superseded',
      message: `job ${jobId}: the deployment of version ${rollout.version} was cancelled (${sentence(deployment.StatusDescription)})`,
      next: nomadctl`job status ${words}`,
      culprits,
    };
  }
  const canaries = groups.filter(hasCanaries);
  if (/manual promotion/.test(deployment.StatusDescription) && canaries.every((group) => group.HealthyAllocs >= group.DesiredCanaries)) {
    return {
      state: 'done',
      outcome: 'canary-waiting',
      line: `${sum(canaries, ({ HealthyAllocs }) => HealthyAllocs)} canaries healthy, waiting for promotion`,
    };
  }
  const stuck = rollout.evaluations.find(
    ({ Status, FailedTGAllocs }) => Status === 'complete' && Object.keys(FailedTGAllocs ?? {}).length > 0,
  );
  if (stuck && !queue) return { state: 'unplaceable', evaluation: stuck };
  const asked = waitsForHealth(rollout, deployment);
  if (asked.length > 0) return { state: 'done', outcome: 'health-waiting', line: `${asked.length} up, waiting to be told how it is` };
  if (queue && isQueued(rollout, deployment))
    return { state: 'done', outcome: 'queued', line: `${healthy} of ${desired}, the rest has no place yet` };
  // A group that goes back by itself is followed to its end: what runs then is the outcome.
  const goesBack = ({ TaskGroup }: Allocation): boolean => canRevert && deployment.TaskGroups[TaskGroup]?.AutoRevert === true;
  const final = culprits.filter((one) => !goesBack(one));
  if (final.length > 0 && !patient) return gaveUp(rollout, final);
  const trouble = [...rollout.failingChecks.map(checkTrouble), ...rollout.allocations.flatMap(troubleOf)];
  const line = [`${healthy} of ${desired}`, ...trouble.slice(-1)].join(' · ');
  return isHopeless(culprits) && !patient ? { state: 'hopeless', line } : waiting(line);
}

/**
 * Allocations whose health a person is to tell, once there is nothing else to wait for: all that have a place run, and every
 * group whose health Nomad tells is done.
 */
export function waitsForHealth({ allocations, manual, settled }: Rollout, { TaskGroups }: Deployment): Allocation[] {
  const unsure = allocations.filter(
    ({ TaskGroup, DesiredStatus, DeploymentStatus }) =>
      manual.includes(TaskGroup) && DesiredStatus === 'run' && (DeploymentStatus?.Healthy ?? null) === null,
  );
  if (unsure.length === 0 || !unsure.every(({ ID, ClientStatus }) => ClientStatus === 'running' && settled.includes(ID))) return [];
  const groups = Object.entries(TaskGroups);
  const isDone = groups.every(([name, group]) => manual.includes(name) || group.HealthyAllocs >= desiredOf(group));
  const isPlaced = groups.every(
    ([name, group]) => !manual.includes(name) || allocations.filter(({ TaskGroup }) => TaskGroup === name).length >= group.PlacedAllocs,
  );
  return isDone && isPlaced ? unsure : [];
}

/** What has a place is healthy, and the scheduler had none for the rest. */
function isQueued(rollout: Rollout, { TaskGroups }: Deployment): boolean {
  const stuck = stuckGroups(rollout);
  const groups = Object.entries(TaskGroups);
  return (
    groups.some(([name, group]) => stuck.includes(name) && group.PlacedAllocs < desiredOf(group)) &&
    groups.every(([name, group]) => group.HealthyAllocs >= (stuck.includes(name) ? group.PlacedAllocs : desiredOf(group)))
  );
}

/** One allocation may have come upon a bad node; when what replaced it could not start either, another node does not help. */
function isHopeless(culprits: readonly Allocation[]): boolean {
  const names = culprits.filter(neverStarted).map(({ Name }) => Name);
  return new Set(names).size < names.length;
}

/** Nomad counts an allocation that was healthy for a moment and ended right after: such a success is none. */
function successful(rollout: Rollout, line: string): Verdict {
  const failed = rollout.allocations.filter((one) => isDead(one, rollout.type) && one.DesiredStatus === 'run' && !one.NextAllocation);
  const final = rollout.patient ? failed.filter(({ FollowupEvalID }) => !FollowupEvalID) : failed;
  if (final.length > 0) return gaveUp(rollout, final);
  return failed.length > 0 ? waiting(`${failed.length} failed, Nomad tries again`) : { state: 'done', outcome: 'healthy', line };
}

function deploymentFailed(rollout: Rollout, deployment: Deployment, culprits: readonly Allocation[]): Verdict {
  const { jobId, words, version } = rollout;
  const reverted = /rolling back to job version (\d+)/.exec(deployment.StatusDescription)?.[1];
  const why = sentence(deployment.StatusDescription);
  return reverted === undefined
    ? {
        state: 'failed',
        code: 'deployment-failed',
        message: `job ${jobId}: version ${version} did not become healthy (${why})`,
        next: nomadctl`job status ${words}`,
        culprits,
      }
    : {
        state: 'failed',
        code: 'deployment-reverted',
        message: `job ${jobId}: version ${version} did not become healthy, and Nomad went back to version ${reverted}`,
        next: nomadctl`job status ${words}`,
        culprits,
      };
}

function gaveUp({ jobId, version }: Rollout, culprits: readonly Allocation[]): Verdict {
  return {
    state: 'failed',
    code: 'allocation-failed',
    message: `job ${jobId}: version ${version} ${culprits.every(neverStarted) ? 'cannot start' : 'does not become healthy'}`,
    next: hint`${again({ patient: true })}   waits for Nomad's own retries`,
    culprits,
  };
}

/** Nomad's sentences in the middle of ours. */
function sentence(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1).replace(/\.$/, '');
}

function sum(groups: readonly DeploymentGroup[], of: (group: DeploymentGroup) => number): number {
  return groups.reduce((total, group) => total + of(group), 0);
}
