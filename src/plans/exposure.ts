import type { Plan } from '../engine/step.js';
import { nothingExposed, type Exposed, type ExposureState } from '../exposure/exposure.js';
import { recordExposedStep } from '../steps/exposure/record-exposed.js';
import { settleExposedStep } from '../steps/exposure/settle-exposed.js';
import { disallowIngress, forgetIngress, writeIngress } from '../steps/jobs/write-ingress.js';
import { deployPlan, stopPlan, type JobPlan } from './job-plans.js';

/** Writes down what shall be exposed, before anything is opened or closed. */
export function recordPlan(wanted: Exposed): Plan<object, ExposureState> {
  return { id: 'job expose', steps: [recordExposedStep<object, ExposureState>(wanted)] };
}

/** Writes down that all of it is served, and that nothing is left of what went. */
export const settlePlan: Plan<object, ExposureState> = { id: 'job expose', steps: [settleExposedStep<object, ExposureState>()] };

/** Has the ingress of every client serve what is exposed; after `prepareDeployPlan` of its job. */
export function ingressPlan(before: Exposed, exposed: Exposed, isAgain: boolean): JobPlan {
  return {
    id: 'job expose',
    steps: [writeIngress(exposed, isAgain), ...deployPlan({ detach: false, verify: true }).steps, disallowIngress(before, exposed)],
  };
}

/** Ends the ingress: nothing is exposed any more. @param isThere its job is: of a run that ended early only the rest is left */
export function endIngressPlan(before: Exposed, isThere: boolean): JobPlan {
  const stopping = isThere ? stopPlan({ purge: true, leavesGroups: false }).steps : [];
  return { id: 'job expose', steps: [...stopping, forgetIngress, disallowIngress(before, nothingExposed)] };
}
