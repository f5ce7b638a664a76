import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { invalid } from '../../params/refusal.js';

export const associateRouteTable = defineAction({
  name: 'AssociateRouteTable',
  summary: 'Gives a subnet another route table of its VPC.',
  params: { RouteTableId: neededId(), SubnetId: neededId() },
  handle({ RouteTableId, SubnetId }, scope) {
    const [table, subnet] = [scope.need('routeTable', RouteTableId), scope.need('subnet', SubnetId)];
    if (table.vpc !== subnet.vpc) throw invalid('SubnetId', `${SubnetId} is not in ${table.vpc}`);
    scope.put('subnet', { ...subnet, routeTable: table.id });
  },
});
