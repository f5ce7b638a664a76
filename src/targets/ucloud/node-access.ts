import type { Context } from '../../context.js';
import { UsageError } from '../../errors.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { NodeProgram } from '../target.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

export async function ucloudProgram(
  _cluster: UcloudTargetCluster,
  _state: Partial<UcloudState>,
  { node }: { node: string; argv: readonly string[]; ctx: Context },
): Promise<NodeProgram> {
  throw new UsageError(`there is no node "${node}"`, { code: 'node-unknown', next: 'nomadctl up' });
}

export async function ucloudLogFiles(
  _cluster: UcloudTargetCluster,
  _state: Partial<UcloudState>,
  _node: string,
): Promise<{ agent: string; path: string }[]> {
  return [];
}
