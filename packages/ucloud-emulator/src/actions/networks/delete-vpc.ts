import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const deleteVpc = defineAction({
  name: 'DeleteVPC',
  summary: 'Deletes a VPC that has no subnets, peerings or gateways any more.',
  params: { VPCId: neededId() },
  handle({ VPCId }, scope) {
    const vpc = scope.need('vpc', VPCId);
    if (vpc.isDefault) throw new Refusal(retCodes.inUse, `The default VPC [${VPCId}] can not be deleted`);
    const parts = [
      ...scope.owned('subnet', VPCId),
      ...scope.owned('peering', VPCId),
      ...scope.owned('natGateway', VPCId),
      ...scope.owned('routeTable', VPCId).filter(({ isDefault }) => !isDefault),
      ...scope.select('ulb', { vpc: VPCId }).slice(0, 1),
    ];
    const [first] = parts;
    if (first) throw new Refusal(retCodes.inUse, `VPC [${VPCId}] is in use by [${first.id}]`);
    for (const table of scope.owned('routeTable', VPCId)) scope.remove('routeTable', table.id);
    scope.remove('vpc', VPCId);
  },
});
