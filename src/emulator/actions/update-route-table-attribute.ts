import { defineAction } from '../action.js';
import { name, neededId, remark } from '../given.js';
import { text } from '../param.js';

export const updateRouteTableAttribute = defineAction({
  name: 'UpdateRouteTableAttribute',
  summary: 'Changes the name, tag or remark of a route table.',
  params: { RouteTableId: neededId(), Name: name(), Tag: text({ max: 63 }), Remark: remark() },
  handle({ RouteTableId, Name, Tag, Remark }, scope) {
    const table = scope.need('routeTable', RouteTableId);
    scope.put('routeTable', { ...table, name: Name ?? table.name, tag: Tag ?? table.tag, remark: Remark ?? table.remark });
  },
});
