import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const deleteRouteTable = defineAction({
  name: 'DeleteRouteTable',
  summary: 'Deletes a route table that no subnet uses.',
  params: { RouteTableId: neededId() },
  handle({ RouteTableId }, scope) {
    const table = scope.need('routeTable', RouteTableId);
    const user = scope.owned('subnet', table.vpc).find(({ routeTable }) => routeTable === RouteTableId);
    if (table.isDefault || user)
      throw new Refusal(retCodes.inUse, `Route table [${RouteTableId}] is ${user ? `in use by [${user.id}]` : 'the default one'}`);
    scope.remove('routeTable', RouteTableId);
  },
});
