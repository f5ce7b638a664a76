import { everyPage } from '../../clients/ucloud/paging.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import type { UcloudSettings } from '../settings/options.js';

type NetworkIds = Pick<UcloudSettings, 'vpcId' | 'subnetId' | 'clientVpcId' | 'clientSubnetId' | 'controllerVpcId'>;

/** A network that was given and cannot be used. */
export interface NetworkProblem {
  readonly key: keyof NetworkIds;
  readonly text: string;
  /** Ids that would do. */
  readonly offered: readonly string[];
}

/** Looks for the networks that the user gave by id, before terraform makes anything beside them. */
export async function networkProblems(api: UcloudApi, settings: NetworkIds, signal: AbortSignal): Promise<NetworkProblem[]> {
  const keys = VPCS.filter((key) => settings[key] !== '');
  if (keys.length === 0) return [];
  const [vpcs, subnets] = await Promise.all([
    everyPage(async (page) => (await api.call('DescribeVPC', page, { signal })).DataSet),
    everyPage(async (page) => (await api.call('DescribeSubnet', page, { signal })).DataSet),
  ]);
  const where = `in ${api.projectId}, ${api.region}`;
  return keys.flatMap((key): NetworkProblem[] => {
    const vpc = settings[key];
    if (!vpcs.some(({ VPCId }) => VPCId === vpc))
      return [{ key, text: `${key} ${vpc} is not ${where}`, offered: vpcs.map(({ VPCId }) => VPCId) }];
    if (key === 'controllerVpcId') return [];
    const own = SUBNET_OF[key];
    const inside = subnets.filter(({ VPCId }) => VPCId === vpc).map(({ SubnetId }) => SubnetId);
    return inside.includes(settings[own]) ? [] : [{ key: own, text: `${own} ${settings[own]} is not in ${vpc}`, offered: inside }];
  });
}

const VPCS = ['vpcId', 'clientVpcId', 'controllerVpcId'] as const;
const SUBNET_OF = { vpcId: 'subnetId', clientVpcId: 'clientSubnetId' } as const;
