import { stepsFor } from '../engine/step.js';
import type { Bootstrapper } from './place.js';

/** What a jump host is about: a bootstrapper, wherever it lives. */
export interface JumpHostSubject {
  readonly cluster: string;
  /** Text of the parcel. */
  readonly parcel: string;
  readonly bootstrapper: Bootstrapper;
}

export const { defineStep } = stepsFor<JumpHostSubject, Record<never, never>>();
