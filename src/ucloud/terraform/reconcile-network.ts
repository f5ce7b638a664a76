import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import type { UcloudCluster } from '../ucloud-subject.js';
import { importAgain, importResource } from '../../terraform/import-resources.js';
import type { ObservedNetwork } from './observe-network.js';
import type { TerraformScope } from '../../terraform/terraform-scope.js';

interface Request {
  readonly cluster: UcloudCluster;
  readonly scope: TerraformScope;
  readonly api: UcloudApi;
}

/** Imports networks and subnets that an interrupted run made, and removes duplicates. Expects a root that is initialised. */
export async function reconcileNetwork({ cluster, scope, api }: Request, { orphans, peerings, halfMade }: ObservedNetwork): Promise<void> {
  const { signal } = scope.ctx;
  const { region, projectId } = cluster.settings;
  for (const resource of halfMade) await importAgain(scope, resource);
  for (const { vpcId, peerVpcId } of peerings) {
    await api.call('DeleteVPCIntercom', { VPCId: vpcId, DstVPCId: peerVpcId, DstRegion: region, DstProjectId: projectId }, { signal });
  }
  const subnetsFirst = [...orphans.remove].sort((a, b) => Number(a.kind === 'vpcs') - Number(b.kind === 'vpcs'));
  for (const { kind, id, label } of subnetsFirst) {
    scope.line(`removing ${label}, which an interrupted run left`);
    if (kind === 'subnets') await api.call('DeleteSubnet', { SubnetId: id }, { signal });
    else await api.call('DeleteVPC', { VPCId: id }, { signal });
  }
  for (const orphan of orphans.adopt) await importResource(scope, orphan);
}
