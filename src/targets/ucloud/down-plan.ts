import type { Plan } from '../../engine/step.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { UcloudSubject } from '../../ucloud/ucloud-subject.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

export const downPlan = (_cluster: UcloudTargetCluster, _options: { keepData: boolean }): Plan<UcloudSubject, UcloudState> => ({
  id: 'down',
  always: true,
  steps: [],
});
