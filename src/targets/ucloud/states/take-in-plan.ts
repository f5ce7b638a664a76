import type { Plan } from '../../../engine/step.js';
import { checkCloudStep } from '../../../steps/ucloud/check-cloud.js';
import { checkTerraformStep } from '../../../steps/ucloud/check-terraform.js';
import { takeInClusterStep } from '../../../steps/ucloud/take-in-cluster.js';
import { takeInNetworkStep } from '../../../steps/ucloud/take-in-network.js';
import type { UcloudState } from '../../../ucloud/ucloud-state.js';
import type { UcloudSubject } from '../../../ucloud/ucloud-subject.js';

/** Makes a cluster that is at UCloud known here again, as its tags tell. Each step finds out anew what is there. */
export const takeInPlan: Plan<UcloudSubject, UcloudState> = {
  id: 'state recover',
  always: true,
  steps: [[checkTerraformStep, checkCloudStep], takeInNetworkStep, takeInClusterStep],
};
