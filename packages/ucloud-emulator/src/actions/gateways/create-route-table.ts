import { defineAction } from '../action.js';
import { name, neededId, remark, tag } from '../../params/shared-params.js';

export const createRouteTable = defineAction({
  name: 'CreateRouteTable',
  summary: 'Creates a route table of a VPC.',
  params: { VPCId: neededId(), Name: name(), Tag: tag(), Remark: remark() },
  handle({ VPCId, Name, Tag, Remark }, scope) {
    scope.need('vpc', VPCId);
    const table = scope.put('routeTable', {
      ...scope.create('routeTable', { name: Name ?? 'RouteTable', tag: Tag, remark: Remark }),
      vpc: VPCId,
      isDefault: false,
      rules: [],
    });
    return { RouteTableId: table.id };
  },
});
