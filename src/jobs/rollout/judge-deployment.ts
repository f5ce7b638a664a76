import type { Allocation, Deployment } from '../../clients/nomad-rollout-model.js';
import { isBroken, isGivenUp, neverStarted, troubleOf, waiting, type Rollout, type Verdict } from './rollout.js';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';

/** Judges a rollout that Nomad follows with a deployment. Pure: what is not in the snapshot does not count. */
export function judgeDeployment(rollout: Rollout, deployment: Deployment): Verdict {
  const { jobId, patient, queue, canRevert } = rollout;
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
      next: nomadctl`job status ${jobId}`,
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
  // A group that goes back by itself is followed to its end: what runs then is the outcome.
  const goesBack = ({ TaskGroup }: Allocation): boolean => canRevert && deployment.TaskGroups[TaskGroup]?.AutoRevert === true;
  const final = culprits.filter((one) => !goesBack(one));
  if (final.length > 0 && !patient) return gaveUp(rollout, final);
  const line = [`${healthy} of ${desired}`, ...rollout.allocations.flatMap(troubleOf).slice(-1)].join(' · ');
  return isHopeless(culprits) && !patient ? { state: 'hopeless', line } : waiting(line);
}

/** One allocation may have come upon a bad node; when what replaced it could not start either, another node does not help. */
function isHopeless(culprits: readonly Allocation[]): boolean {
  const names = culprits.filter(neverStarted).map(({ Name }) => Name);
  return new Set(names).size < names.length;
}

/** Nomad counts an allocation that was healthy for a moment and failed right after: such a success is none. */
function successful(rollout: Rollout, line: string): Verdict {
  const failed = rollout.allocations.filter(
    ({ ClientStatus, DesiredStatus, NextAllocation }) => ClientStatus === 'failed' && DesiredStatus === 'run' && !NextAllocation,
  );
  const final = rollout.patient ? failed.filter(isGivenUp) : failed;
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
        next: nomadctl`job status ${jobId}`,
        culprits,
      }
    : {
        state: 'failed',
        code: 'deployment-reverted',
        message: `job ${jobId}: version ${version} did not become healthy, and Nomad went back to version ${reverted}`,
        next: nomadctl`job status ${jobId}`,
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
