import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { holdersOf, leasesOf } from '../../model/subnet-holders.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const deleteSubnet = defineAction({
  name: 'DeleteSubnet',
  summary: 'Deletes a subnet; 4411 while something sits in it, and for about ten minutes after its hosts are gone.',
  params: { SubnetId: neededId() },
  handle({ SubnetId }, scope) {
    const subnet = scope.need('subnet', SubnetId);
    const [holder] = holdersOf(subnet, scope).slice(0, 1);
    if (holder) throw new Refusal(retCodes.subnetInUse, `Subnet [${SubnetId}] is in use by [${holder.ResourceId}]`);
    if (leasesOf(SubnetId, scope).length > 0) throw new Refusal(retCodes.subnetInUse, `Subnet [${SubnetId}] is in use`);
    if (subnet.isDefault) throw new Refusal(retCodes.inUse, `The default subnet [${SubnetId}] can not be deleted`);
    for (const lease of scope.owned('lease', SubnetId)) scope.remove('lease', lease.id);
    scope.remove('subnet', SubnetId);
  },
});
