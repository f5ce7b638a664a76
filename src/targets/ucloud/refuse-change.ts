import { refuseMove } from '../../ucloud/account/refuse-move.js';
import { refusePublicExposures } from '../../ucloud/ingress/refuse-public.js';
import { refuseNetworkChange } from '../../ucloud/network/refuse-network-change.js';
import { refuseOtherCertificates, refuseOtherProfile } from '../../ucloud/security/profile.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

/** @throws UsageError for settings that a cluster cannot take on while it is there. */
export async function refuseChange(cluster: Pick<UcloudTargetCluster, 'name' | 'paths' | 'settings'>): Promise<void> {
  await refuseMove(cluster);
  await refuseNetworkChange(cluster);
  await refuseOtherProfile(cluster);
  await refuseOtherCertificates(cluster);
  await refusePublicExposures(cluster);
}
