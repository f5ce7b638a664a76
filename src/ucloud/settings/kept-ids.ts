import type { UcloudSettings } from './options.js';

/** Networks that the user gave by id: they were there before, and are never deleted. */
export function keptIds({
  vpcId,
  subnetId,
  clientVpcId,
  clientSubnetId,
  controllerVpcId,
}: Pick<UcloudSettings, 'vpcId' | 'subnetId' | 'clientVpcId' | 'clientSubnetId' | 'controllerVpcId'>): readonly string[] {
  return [vpcId, subnetId, clientVpcId, clientSubnetId, controllerVpcId].filter((id) => id !== '');
}
