import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { attributes, changeAttributes } from '../../model/attributes.js';

export const updateRouteTableAttribute = defineAction({
  name: 'UpdateRouteTableAttribute',
  summary: 'Changes the name, tag or remark of a route table.',
  params: { RouteTableId: neededId(), ...attributes },
  handle: ({ RouteTableId, ...asked }, scope) => changeAttributes(scope, ['routeTable', RouteTableId], asked),
});
