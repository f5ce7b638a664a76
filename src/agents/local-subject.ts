import { stepsFor, type StepContext } from '../engine/step.js';
import type { LocalSettings } from './local-options.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { ClusterState } from './local-state.js';

/** What the plans of a cluster on this computer are about. */
export interface LocalSubject {
  readonly cluster: { readonly name: string; readonly settings: LocalSettings; readonly paths: ClusterPaths };
}

export const { defineStep } = stepsFor<LocalSubject, ClusterState>();

/** What such a step sees, when it requires these values. */
export type LocalContext<Required extends keyof ClusterState = never> = StepContext<LocalSubject, ClusterState, Required>;
