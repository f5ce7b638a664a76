import type { Context } from '../../context.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { ClusterConnection } from '../connection.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

/** Nothing before the first host is there. */
export function ucloudConnection(
  _cluster: UcloudTargetCluster,
  _state: Partial<UcloudState>,
  _ctx: Context,
): ClusterConnection | undefined {
  return undefined;
}
