import { stepsFor } from '../engine/step.js';

/** What a bootstrapper works on: what was delivered to it. */
export interface BootstrapSubject {
  readonly cluster: string;
}

export interface BootstrapState {
  /** Which delivery lies on the volume. */
  readonly parcel: string;
}

export const { defineStep } = stepsFor<BootstrapSubject, BootstrapState>();
