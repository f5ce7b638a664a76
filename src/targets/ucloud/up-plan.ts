import type { Plan } from '../../engine/step.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { UcloudSubject } from '../../ucloud/ucloud-subject.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

export const upPlan = (_cluster: UcloudTargetCluster): Plan<UcloudSubject, UcloudState> => ({ id: 'up', steps: [] });
