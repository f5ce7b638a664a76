import type { Action } from '../action.js';
import { addVpcNetwork } from './add-vpc-network.js';
import { addWhiteListResource } from './add-white-list-resource.js';
import { allocateBackend } from './allocate-backend.js';
import { allocateEip } from './allocate-eip.js';
import { allocateShareBandwidth } from './allocate-share-bandwidth.js';
import { allocateVip } from './allocate-vip.js';
import { associateEipWithShareBandwidth } from './associate-eip-with-share-bandwidth.js';
import { associateRouteTable } from './associate-route-table.js';
import { assumeRole } from './assume-role.js';
import { attachUdisk } from './attach-udisk.js';
import { bindEip } from './bind-eip.js';
import { bindLabels } from './bind-labels.js';
import { bindSsl } from './bind-ssl.js';
import { checkUhostResourceCapacity } from './check-uhost-resource-capacity.js';
import { cloneUdiskSnapshot } from './clone-udisk-snapshot.js';
import { copyCustomImage } from './copy-custom-image.js';
import { createCustomImage } from './create-custom-image.js';
import { createFirewall } from './create-firewall.js';
import { createIsolationGroup } from './create-isolation-group.js';
import { createLabels } from './create-labels.js';
import { createNatgw } from './create-natgw.js';
import { createNatgwPolicy } from './create-natgw-policy.js';
import { createPolicy } from './create-policy.js';
import { createRouteTable } from './create-route-table.js';
import { createSsl } from './create-ssl.js';
import { createSubnet } from './create-subnet.js';
import { createUdiskSnapshot } from './create-udisk-snapshot.js';
import { createUdisk } from './create-udisk.js';
import { createUhostInstance } from './create-uhost-instance.js';
import { createUhostKeyPair } from './create-uhost-key-pair.js';
import { createUlb } from './create-ulb.js';
import { createVpc } from './create-vpc.js';
import { createVpcIntercom } from './create-vpc-intercom.js';
import { createVserver } from './create-vserver.js';
import { deleteFirewall } from './delete-firewall.js';
import { deleteIsolationGroup } from './delete-isolation-group.js';
import { deleteLabels } from './delete-labels.js';
import { deleteNatgw } from './delete-natgw.js';
import { deleteNatgwPolicy } from './delete-natgw-policy.js';
import { deletePolicy } from './delete-policy.js';
import { deleteRouteTable } from './delete-route-table.js';
import { deleteSsl } from './delete-ssl.js';
import { deleteSubnet } from './delete-subnet.js';
import { deleteUdiskSnapshot } from './delete-udisk-snapshot.js';
import { deleteUdisk } from './delete-udisk.js';
import { deleteUhostKeyPairs } from './delete-uhost-key-pairs.js';
import { deleteUlb } from './delete-ulb.js';
import { deleteVpc } from './delete-vpc.js';
import { deleteVpcIntercom } from './delete-vpc-intercom.js';
import { deleteVserver } from './delete-vserver.js';
import { deleteWhiteListResource } from './delete-white-list-resource.js';
import { describeAvailableInstanceTypes } from './describe-available-instance-types.js';
import { describeEip } from './describe-eip.js';
import { describeFirewall } from './describe-firewall.js';
import { describeFirewallResource } from './describe-firewall-resource.js';
import { describeImage } from './describe-image.js';
import { describeIsolationGroup } from './describe-isolation-group.js';
import { describeNatgw } from './describe-natgw.js';
import { describeNatgwPolicy } from './describe-natgw-policy.js';
import { describeNetworkInterface } from './describe-network-interface.js';
import { describeRouteTable } from './describe-route-table.js';
import { describeShareBandwidth } from './describe-share-bandwidth.js';
import { describeSsl } from './describe-ssl.js';
import { describeSubnet } from './describe-subnet.js';
import { describeSubnetResource } from './describe-subnet-resource.js';
import { describeUdisk } from './describe-udisk.js';
import { describeUdiskPrice } from './describe-udisk-price.js';
import { describeUdiskSnapshot } from './describe-udisk-snapshot.js';
import { describeUhostInstance } from './describe-uhost-instance.js';
import { describeUhostKeyPairs } from './describe-uhost-key-pairs.js';
import { describeUk8sImage } from './describe-uk8s-image.js';
import { describeUlb } from './describe-ulb.js';
import { describeVip } from './describe-vip.js';
import { describeVpc } from './describe-vpc.js';
import { describeVpcIntercom } from './describe-vpc-intercom.js';
import { describeVserver } from './describe-vserver.js';
import { describeWhiteListResource } from './describe-white-list-resource.js';
import { detachUdisk } from './detach-udisk.js';
import { disassociateEipWithShareBandwidth } from './disassociate-eip-with-share-bandwidth.js';
import { enableWhiteList } from './enable-white-list.js';
import { getAvailableResourceForPolicy } from './get-available-resource-for-policy.js';
import { getBalance } from './get-balance.js';
import { getEipPrice } from './get-eip-price.js';
import { getProjectList } from './get-project-list.js';
import { getRegion } from './get-region.js';
import { getUhostInstancePrice } from './get-uhost-instance-price.js';
import { grantFirewall } from './grant-firewall.js';
import { importUhostKeyPairs } from './import-uhost-key-pairs.js';
import { leaveIsolationGroup } from './leave-isolation-group.js';
import { listLabels } from './list-labels.js';
import { listLabelsByResourceIds } from './list-labels-by-resource-ids.js';
import { listProjectsByLabels } from './list-projects-by-labels.js';
import { listResourcesByLabels } from './list-resources-by-labels.js';
import { modifyEipBandwidth } from './modify-eip-bandwidth.js';
import { modifyRouteRule } from './modify-route-rule.js';
import { modifyUhostInstanceName } from './modify-uhost-instance-name.js';
import { modifyUhostInstanceRemark } from './modify-uhost-instance-remark.js';
import { modifyUhostInstanceTag } from './modify-uhost-instance-tag.js';
import { poweroffUhostInstance } from './poweroff-uhost-instance.js';
import { rebootUhostInstance } from './reboot-uhost-instance.js';
import { reinstallUhostInstance } from './reinstall-uhost-instance.js';
import { releaseBackend } from './release-backend.js';
import { releaseEip } from './release-eip.js';
import { releaseShareBandwidth } from './release-share-bandwidth.js';
import { releaseVip } from './release-vip.js';
import { renameUdisk } from './rename-udisk.js';
import { resetUhostInstancePassword } from './reset-uhost-instance-password.js';
import { resizeAttachedDisk } from './resize-attached-disk.js';
import { resizeShareBandwidth } from './resize-share-bandwidth.js';
import { resizeUdisk } from './resize-udisk.js';
import { resizeUhostInstance } from './resize-uhost-instance.js';
import { setEipPayMode } from './set-eip-pay-mode.js';
import { startUhostInstance } from './start-uhost-instance.js';
import { stopUhostInstance } from './stop-uhost-instance.js';
import { terminateCustomImage } from './terminate-custom-image.js';
import { terminateUhostInstance } from './terminate-uhost-instance.js';
import { unbindEip } from './unbind-eip.js';
import { unbindLabels } from './unbind-labels.js';
import { unbindSsl } from './unbind-ssl.js';
import { updateBackendAttribute } from './update-backend-attribute.js';
import { updateEipAttribute } from './update-eip-attribute.js';
import { updateFirewall } from './update-firewall.js';
import { updateFirewallAttribute } from './update-firewall-attribute.js';
import { updateNatgwPolicy } from './update-natgw-policy.js';
import { updateNatgwSubnet } from './update-natgw-subnet.js';
import { updatePolicy } from './update-policy.js';
import { updateRouteTableAttribute } from './update-route-table-attribute.js';
import { updateSubnetAttribute } from './update-subnet-attribute.js';
import { updateUlbAttribute } from './update-ulb-attribute.js';
import { updateVipAttribute } from './update-vip-attribute.js';
import { updateVpcNetwork } from './update-vpc-network.js';
import { updateVserverAttribute } from './update-vserver-attribute.js';

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
  createUhostKeyPair,
  importUhostKeyPairs,
  describeUhostKeyPairs,
  deleteUhostKeyPairs,
  // Public addresses.
  allocateEip,
  describeEip,
  bindEip,
  unbindEip,
  modifyEipBandwidth,
  setEipPayMode,
  updateEipAttribute,
  releaseEip,
  allocateShareBandwidth,
  describeShareBandwidth,
  resizeShareBandwidth,
  releaseShareBandwidth,
  associateEipWithShareBandwidth,
  disassociateEipWithShareBandwidth,
  // Disks.
  createUdisk,
  describeUdisk,
  attachUdisk,
  detachUdisk,
  renameUdisk,
  resizeUdisk,
  deleteUdisk,
  createUdiskSnapshot,
  describeUdiskSnapshot,
  cloneUdiskSnapshot,
  deleteUdiskSnapshot,
  // Load balancers.
  createUlb,
  describeUlb,
  updateUlbAttribute,
  deleteUlb,
  createVserver,
  describeVserver,
  updateVserverAttribute,
  deleteVserver,
  allocateBackend,
  updateBackendAttribute,
  releaseBackend,
  createPolicy,
  updatePolicy,
  deletePolicy,
  createSsl,
  describeSsl,
  deleteSsl,
  bindSsl,
  unbindSsl,
  // NAT gateways, route tables, VIPs.
  createNatgw,
  describeNatgw,
  updateNatgwSubnet,
  deleteNatgw,
  enableWhiteList,
  addWhiteListResource,
  describeWhiteListResource,
  deleteWhiteListResource,
  getAvailableResourceForPolicy,
  createNatgwPolicy,
  describeNatgwPolicy,
  updateNatgwPolicy,
  deleteNatgwPolicy,
  createRouteTable,
  describeRouteTable,
  modifyRouteRule,
  updateRouteTableAttribute,
  associateRouteTable,
  deleteRouteTable,
  allocateVip,
  describeVip,
  updateVipAttribute,
  releaseVip,
  // Labels.
  createLabels,
  listLabels,
  deleteLabels,
  bindLabels,
  unbindLabels,
  listLabelsByResourceIds,
  listProjectsByLabels,
  listResourcesByLabels,
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
