import type { Context } from '../../context.js';
import type { Finding } from '../target.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

export async function ucloudDoctor(_ctx: Context, _cluster?: UcloudTargetCluster): Promise<readonly Finding[]> {
  return [];
}
