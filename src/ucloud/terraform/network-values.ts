import type { UcloudCluster } from '../ucloud-subject.js';
import { tagOf } from '../cluster-tag.js';
import type { RootValues } from '../../terraform/render-root.js';

/** Values of the `network` root: two networks, each of ours or one that was there before. */
export function networkValues(cluster: UcloudCluster): RootValues {
  const { settings } = cluster;
  return {
    base_url: settings.baseUrl,
    project_id: settings.projectId,
    region: settings.region,
    name: tagOf(cluster),
    management: segment(settings.managementCidr, settings.vpcId, settings.subnetId),
    clients: segment(settings.clientsCidr, settings.clientVpcId, settings.clientSubnetId),
    controller_vpc_id: settings.controllerVpcId,
  };
}

function segment(cidr: string, vpcId: string, subnetId: string): RootValues {
  return { cidr, subnet_cidr: firstSubnet(cidr), vpc_id: vpcId, subnet_id: subnetId };
}

const SUBNET_BITS = 24;

/** `10.80.0.0/16` -> `10.80.0.0/24`: more hosts than a cluster has. A smaller network is one subnet. */
function firstSubnet(cidr: string): string {
  const [base = '', bits = ''] = cidr.split('/');
  return `${base}/${Math.max(SUBNET_BITS, Number(bits))}`;
}
