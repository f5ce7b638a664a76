import type { Plan } from '../engine/step.js';
import type { Exposed, ExposureState } from '../exposure/exposure.js';
import { recordExposedStep } from '../steps/exposure/record-exposed.js';
import { forgetIngress, writeIngress } from '../steps/jobs/write-ingress.js';
import { deployPlan, stopPlan, type JobPlan } from './job-plans.js';

/** Writes down what shall be exposed, before anything is opened or closed. */
export function recordPlan(wanted: Exposed): Plan<object, ExposureState> {
  return { id: 'job expose', steps: [recordExposedStep<object, ExposureState>(wanted)] };
}

/** Has the ingress of every client serve what is exposed; after `prepareDeployPlan` of its job. */
export function ingressPlan(exposed: Exposed): JobPlan {
  return { id: 'job expose', steps: [writeIngress(exposed), ...deployPlan({ detach: false, verify: true }).steps] };
}

/** Ends the ingress: nothing is exposed any more. */
export const endIngressPlan: JobPlan = {
  id: 'job expose',
  steps: [...stopPlan({ purge: true, leavesGroups: false }).steps, forgetIngress],
};
