import type { Plan } from '../../engine/step.js';
import { applyClusterStep } from '../../steps/ucloud/apply-cluster.js';
import { applyNetworkStep } from '../../steps/ucloud/apply-network.js';
import { checkCapacityStep } from '../../steps/ucloud/check-capacity.js';
import { checkCloudStep } from '../../steps/ucloud/check-cloud.js';
import { checkTerraformStep } from '../../steps/ucloud/check-terraform.js';
import { chooseImagesStep } from '../../steps/ucloud/choose-images.js';
import { makeSshKeyStep } from '../../steps/ucloud/make-ssh-key.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { UcloudSubject } from '../../ucloud/ucloud-subject.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

export const upPlan = (_cluster: UcloudTargetCluster): Plan<UcloudSubject, UcloudState> => ({
  id: 'up',
  steps: [[checkTerraformStep, checkCloudStep], chooseImagesStep, makeSshKeyStep, applyNetworkStep, checkCapacityStep, applyClusterStep],
});
