import type { Context } from '../../context.js';
import { UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import { openCluster } from '../open-cluster.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

export interface OpenUcloudCluster {
  readonly cluster: UcloudTargetCluster;
  readonly state: Partial<UcloudState>;
}

/**
 * The cluster that a command means, for commands that only make sense on UCloud.
 * @param what the command's own words: `images`, for the message
 * @throws UsageError `target-wrong` for a cluster elsewhere; what `openCluster` throws
 */
export async function openUcloudCluster(ctx: Context, what: string): Promise<OpenUcloudCluster> {
  const { cluster, target, state, name } = await openCluster(ctx);
  if (target.id === 'ucloud') return { cluster: cluster as unknown as UcloudTargetCluster, state };
  throw new UsageError(`cluster ${name} has no ${what}: it lives on ${target.title.replace(/^This/, 'this')}`, {
    code: 'target-wrong',
    why: 'only clusters on UCloud do',
    next: hint`${nomadctl`list`}   shows them all; choose one with --cluster`,
  });
}
