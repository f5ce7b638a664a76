import { stepsFor, type StepContext } from '../engine/step.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { UcloudSettings } from './settings/options.js';
import type { UcloudState } from './ucloud-state.js';

/** A cluster on UCloud, as its steps see it. */
export interface UcloudCluster {
  readonly name: string;
  readonly settings: UcloudSettings;
  readonly paths: ClusterPaths;
}

/** What the plans of a cluster on UCloud are about. */
export interface UcloudSubject {
  readonly cluster: UcloudCluster;
}

export const { defineStep } = stepsFor<UcloudSubject, UcloudState>();

/** What such a step sees, when it requires these values. */
export type UcloudContext<Required extends keyof UcloudState = never> = StepContext<UcloudSubject, UcloudState, Required>;
