import type { Parcel } from '../bootstrap/parcel.js';
import type { Plan } from '../engine/step.js';
import type { BootstrapState, BootstrapSubject } from '../bootstrap/bootstrap-subject.js';
import { bringUpStep } from '../steps/bootstrap/bring-up.js';
import { deliverParcelStep } from '../steps/bootstrap/deliver-parcel.js';
import { deployJobStep } from '../steps/bootstrap/deploy-job.js';
import { followBootstrapperStep } from '../steps/bootstrap/follow-bootstrapper.js';
import type { JumpHostSubject } from '../bootstrap/jump-host-subject.js';
import { makeBootstrapperStep } from '../steps/bootstrap/make-bootstrapper.js';
import { makeImageStep } from '../steps/bootstrap/make-image.js';
import { removeBootstrapperStep } from '../steps/bootstrap/remove-bootstrapper.js';
import { takeDownStep } from '../steps/bootstrap/take-down.js';
import { takeParcelStep } from '../steps/bootstrap/take-parcel.js';

/** What a bootstrapper does with its delivery. `id` tells one delivery from another. */
export function bootstrapperPlan(parcel: Parcel, id: string): Plan<BootstrapSubject, BootstrapState> {
  if (parcel.want === 'destroy') return { id: 'bootstrap destroy', always: true, steps: [takeDownStep(parcel)] };
  const jobs = parcel.jobs.map((job) => deployJobStep(parcel, job));
  return { id: 'bootstrap up', steps: [takeParcelStep(parcel, id), bringUpStep(parcel), ...jobs] };
}

type JumpHostPlan = Plan<JumpHostSubject, Record<never, never>>;

export const imagePlan: JumpHostPlan = { id: 'bootstrap image', steps: [makeImageStep] };

/** What a jump host does for `up`. @param follow whether it waits for the end */
export function jumpHostUpPlan(follow: boolean): JumpHostPlan {
  const begin = [makeImageStep, makeBootstrapperStep, deliverParcelStep];
  return { id: 'bootstrap up', steps: follow ? [...begin, followBootstrapperStep] : begin };
}

/** Inner things go first: the bootstrapper takes them down, and only then it and its volume go. */
export const jumpHostDestroyPlan: JumpHostPlan = {
  id: 'bootstrap destroy',
  steps: [makeImageStep, makeBootstrapperStep, deliverParcelStep, followBootstrapperStep, removeBootstrapperStep],
};
