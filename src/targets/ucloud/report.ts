import type { Context } from '../../context.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { ClusterReport } from '../target.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

export async function ucloudReport(_cluster: UcloudTargetCluster, _state: Partial<UcloudState>, _ctx: Context): Promise<ClusterReport> {
  return { nodes: [], drift: [] };
}
