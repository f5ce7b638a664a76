import type { Action } from '../action.js';
import { addVpcNetwork } from './add-vpc-network.js';
import { allocateEip } from './allocate-eip.js';
import { assumeRole } from './assume-role.js';
import { attachUdisk } from './attach-udisk.js';
import { bindEip } from './bind-eip.js';
import { checkUhostResourceCapacity } from './check-uhost-resource-capacity.js';
import { copyCustomImage } from './copy-custom-image.js';
import { createCustomImage } from './create-custom-image.js';
import { createFirewall } from './create-firewall.js';
import { createIsolationGroup } from './create-isolation-group.js';
import { createSubnet } from './create-subnet.js';
import { createUdisk } from './create-udisk.js';
import { createUhostInstance } from './create-uhost-instance.js';
import { createVpc } from './create-vpc.js';
import { createVpcIntercom } from './create-vpc-intercom.js';
import { deleteFirewall } from './delete-firewall.js';
import { deleteIsolationGroup } from './delete-isolation-group.js';
import { deleteSubnet } from './delete-subnet.js';
import { deleteUdisk } from './delete-udisk.js';
import { deleteVpc } from './delete-vpc.js';
import { deleteVpcIntercom } from './delete-vpc-intercom.js';
import { describeAvailableInstanceTypes } from './describe-available-instance-types.js';
import { describeEip } from './describe-eip.js';
import { describeFirewall } from './describe-firewall.js';
import { describeFirewallResource } from './describe-firewall-resource.js';
import { describeImage } from './describe-image.js';
import { describeIsolationGroup } from './describe-isolation-group.js';
import { describeNetworkInterface } from './describe-network-interface.js';
import { describeSubnet } from './describe-subnet.js';
import { describeSubnetResource } from './describe-subnet-resource.js';
import { describeUdisk } from './describe-udisk.js';
import { describeUdiskPrice } from './describe-udisk-price.js';
import { describeUhostInstance } from './describe-uhost-instance.js';
import { describeUk8sImage } from './describe-uk8s-image.js';
import { describeVpc } from './describe-vpc.js';
import { describeVpcIntercom } from './describe-vpc-intercom.js';
import { detachUdisk } from './detach-udisk.js';
import { getBalance } from './get-balance.js';
import { getEipPrice } from './get-eip-price.js';
import { getProjectList } from './get-project-list.js';
import { getRegion } from './get-region.js';
import { getUhostInstancePrice } from './get-uhost-instance-price.js';
import { grantFirewall } from './grant-firewall.js';
import { leaveIsolationGroup } from './leave-isolation-group.js';
import { modifyEipBandwidth } from './modify-eip-bandwidth.js';
import { modifyUhostInstanceName } from './modify-uhost-instance-name.js';
import { modifyUhostInstanceRemark } from './modify-uhost-instance-remark.js';
import { modifyUhostInstanceTag } from './modify-uhost-instance-tag.js';
import { poweroffUhostInstance } from './poweroff-uhost-instance.js';
import { rebootUhostInstance } from './reboot-uhost-instance.js';
import { reinstallUhostInstance } from './reinstall-uhost-instance.js';
import { releaseEip } from './release-eip.js';
import { renameUdisk } from './rename-udisk.js';
import { resetUhostInstancePassword } from './reset-uhost-instance-password.js';
import { resizeAttachedDisk } from './resize-attached-disk.js';
import { resizeUdisk } from './resize-udisk.js';
import { resizeUhostInstance } from './resize-uhost-instance.js';
import { setEipPayMode } from './set-eip-pay-mode.js';
import { startUhostInstance } from './start-uhost-instance.js';
import { stopUhostInstance } from './stop-uhost-instance.js';
import { terminateCustomImage } from './terminate-custom-image.js';
import { terminateUhostInstance } from './terminate-uhost-instance.js';
import { unbindEip } from './unbind-eip.js';
import { updateEipAttribute } from './update-eip-attribute.js';
import { updateFirewall } from './update-firewall.js';
import { updateFirewallAttribute } from './update-firewall-attribute.js';
import { updateSubnetAttribute } from './update-subnet-attribute.js';
import { updateVpcNetwork } from './update-vpc-network.js';

/** Every action, by subject. A new one is a file beside this and a line here. */
export const actions: readonly Action[] = [
  // Regions, projects, accounts.
  getRegion,
  getProjectList,
  assumeRole,
  getBalance,
  // Images.
  describeImage,
  describeUk8sImage,
  createCustomImage,
  copyCustomImage,
  terminateCustomImage,
  // VPCs and subnets.
  createVpc,
  describeVpc,
  addVpcNetwork,
  updateVpcNetwork,
  deleteVpc,
  createSubnet,
  describeSubnet,
  updateSubnetAttribute,
  describeSubnetResource,
  deleteSubnet,
  describeNetworkInterface,
  // Peering.
  createVpcIntercom,
  describeVpcIntercom,
  deleteVpcIntercom,
  // Firewalls.
  createFirewall,
  describeFirewall,
  updateFirewall,
  updateFirewallAttribute,
  grantFirewall,
  describeFirewallResource,
  deleteFirewall,
  // Hosts.
  createUhostInstance,
  describeUhostInstance,
  startUhostInstance,
  stopUhostInstance,
  poweroffUhostInstance,
  rebootUhostInstance,
  terminateUhostInstance,
  modifyUhostInstanceName,
  modifyUhostInstanceTag,
  modifyUhostInstanceRemark,
  resetUhostInstancePassword,
  resizeUhostInstance,
  resizeAttachedDisk,
  reinstallUhostInstance,
  createIsolationGroup,
  describeIsolationGroup,
  leaveIsolationGroup,
  deleteIsolationGroup,
  // Public addresses.
  allocateEip,
  describeEip,
  bindEip,
  unbindEip,
  modifyEipBandwidth,
  setEipPayMode,
  updateEipAttribute,
  releaseEip,
  // Disks.
  createUdisk,
  describeUdisk,
  attachUdisk,
  detachUdisk,
  renameUdisk,
  resizeUdisk,
  deleteUdisk,
  // Prices and stock.
  getUhostInstancePrice,
  getEipPrice,
  describeUdiskPrice,
  checkUhostResourceCapacity,
  describeAvailableInstanceTypes,
];

const byName = new Map(actions.map((action) => [action.name, action]));

export function findAction(name: string): Action | undefined {
  return byName.get(name);
}
