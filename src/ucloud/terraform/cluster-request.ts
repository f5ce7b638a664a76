import { ucloudOf } from '../account/open-cloud.js';
import { ensureSshKey } from '../../machines/ssh-key.js';
import type { UcloudContext } from '../ucloud-subject.js';
import type { ClusterRequest } from './observe-cluster.js';
import type { TerraformScope } from '../../terraform/terraform-scope.js';

/** Keys of the state that `clusterRequestOf` needs. */
export const clusterNeeds = ['tools', 'zones', 'hostImages', 'network'] as const;
export type ClusterNeeds = (typeof clusterNeeds)[number];

/** Collects what `observeCluster` and `applyCluster` need. */
export async function clusterRequestOf(
  at: UcloudContext<ClusterNeeds>,
  scope: TerraformScope,
  replaced: readonly string[] = [],
): Promise<ClusterRequest> {
  const { cluster, state } = at;
  return {
    cluster,
    scope,
    api: await ucloudOf(cluster, at),
    network: state.network,
    images: state.hostImages,
    zones: state.zones,
    sshPublicKeys: [await ensureSshKey(cluster, at), ...cluster.settings.sshPublicKeys],
    replaced,
  };
}
