import type { Plan } from '../engine/step.js';
import { nothingExposed, type Exposed, type ExposureState } from '../exposure/exposure.js';
import { recordExposedStep } from '../steps/exposure/record-exposed.js';
import { disallowIngress, forgetIngress, writeIngress } from '../steps/jobs/write-ingress.js';
import { deployPlan, stopPlan, type JobPlan } from './job-plans.js';

/** Writes down what shall be exposed, before anything is opened or closed. */
export function recordPlan(wanted: Exposed): Plan<object, ExposureState> {
  return { id: 'job expose', steps: [recordExposedStep<object, ExposureState>(wanted)] };
}

/** Has the ingress of every client serve what is exposed; after `prepareDeployPlan` of its job. */
export function ingressPlan(before: Exposed, exposed: Exposed): JobPlan {
  return {
    id: 'job expose',
    steps: [writeIngress(exposed), ...deployPlan({ detach: false, verify: true }).steps, disallowIngress(before, exposed)],
  };
}

/** Ends the ingress: nothing is exposed any more. */
export function endIngressPlan(before: Exposed): JobPlan {
  return {
    id: 'job expose',
    steps: [...stopPlan({ purge: true, leavesGroups: false }).steps, forgetIngress, disallowIngress(before, nothingExposed)],
  };
}
