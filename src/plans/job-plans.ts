import type { Plan } from '../engine/step.js';
import { allowIntentions } from '../steps/jobs/allow-intentions.js';
import { applyJob } from '../steps/jobs/apply-job.js';
import { awaitHealth } from '../steps/jobs/await-health.js';
import { checkJob } from '../steps/jobs/check-job.js';
import { checkPlacement } from '../steps/jobs/check-placement.js';
import { checkServiceNames } from '../steps/jobs/check-service-names.js';
import { checkSharedPorts } from '../steps/jobs/check-shared-ports.js';
import { installPrograms } from '../steps/jobs/install-programs.js';
import { failDeployment } from '../steps/jobs/fail-deployment.js';
import { failOverAllocation, failOverNode } from '../steps/jobs/fail-over.js';
import type { JobState, JobSubject } from '../jobs/job-state.js';
import { placeAllocations } from '../steps/jobs/place-allocations.js';
import { planJob } from '../steps/jobs/plan-job.js';
import { promoteJob } from '../steps/jobs/promote-job.js';
import { readIntentions } from '../steps/jobs/read-intentions.js';
import { readJobFile } from '../steps/jobs/read-job-file.js';
import { readNeeds } from '../steps/jobs/read-needs.js';
import { readNodes } from '../steps/jobs/read-nodes.js';
import { registerJob } from '../steps/jobs/register-job.js';
import { renderJob } from '../steps/jobs/render-job.js';
import { revertJob } from '../steps/jobs/revert-job.js';
import { scaleJob } from '../steps/jobs/scale-job.js';
import { setHealth, type ToldHealth } from '../steps/jobs/set-health.js';
import { stopJob, type StopHow } from '../steps/jobs/stop-job.js';
import { verifyJob } from '../steps/jobs/verify-job.js';

export type JobPlan = Plan<JobSubject, JobState>;

/** What the job is, and in which namespace. */
export const readPlan: JobPlan = { id: 'job plan', steps: [[readNodes, readJobFile], renderJob] };

/** Everything else that can be known about a deploy without changing anything. */
export const preparePlan: JobPlan = {
  id: 'job plan',
  steps: [checkJob, [planJob, readIntentions, readNeeds, checkServiceNames], checkSharedPorts],
};

export interface DeployPlanOptions {
  /** Return as soon as Nomad has accepted the job. */
  readonly detach: boolean;
  readonly verify: boolean;
  /** Who registers it: we, or terraform, whose it is from then on. Default: we. */
  readonly via?: 'api' | 'terraform';
}

/** The same, ending where the cluster has no room: nothing is registered that cannot run. */
export const prepareDeployPlan: JobPlan = { id: 'job deploy', steps: [...preparePlan.steps, checkPlacement] };

/** What changes the cluster, from what `prepareDeployPlan` found out. */
export function deployPlan({ detach, verify, via }: DeployPlanOptions): JobPlan {
  const followed = detach ? [] : followPlan({ verify }).steps;
  return { id: 'job deploy', steps: [installPrograms, allowIntentions, via === 'terraform' ? applyJob : registerJob, ...followed] };
}

/** Waits for what was registered, and tries it. */
export function followPlan({ verify }: Pick<DeployPlanOptions, 'verify'>): JobPlan {
  return { id: 'job deploy', steps: [placeAllocations, awaitHealth, ...(verify ? [verifyJob] : [])] };
}

export const verifyPlan: JobPlan = { id: 'job verify', steps: [verifyJob] };

export function failoverPlan(what: 'allocation' | 'node'): JobPlan {
  return { id: 'job verify', steps: [verifyJob, what === 'node' ? failOverNode : failOverAllocation] };
}

export interface ScaleOptions {
  /** The job's, when the count was decided on: nobody else's change in between is overridden. */
  readonly modifyIndex?: number | undefined;
  /** One that is under way, to be ended first. */
  readonly deployment?: string | undefined;
}

export function scalePlan(group: string, count: number, { modifyIndex, deployment }: ScaleOptions = {}): JobPlan {
  const first = deployment === undefined ? [] : [failDeployment(deployment)];
  return { id: 'job scale', steps: [...first, scaleJob(group, count, modifyIndex), placeAllocations, awaitHealth] };
}

export function stopPlan(how: StopHow): JobPlan {
  return { id: 'job stop', steps: [stopJob(how)] };
}

export const promotePlan: JobPlan = { id: 'job promote', steps: [promoteJob, awaitHealth] };

/** Says how allocations are, where nobody else does. */
export function healthPlan(told: ToldHealth): JobPlan {
  return { id: 'job health', steps: [setHealth(told), awaitHealth] };
}

export function revertPlan(version: number | undefined): JobPlan {
  return { id: 'job revert', steps: [revertJob(version), placeAllocations, awaitHealth] };
}
