import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { newRuleId } from '../../model/networks/route-rule.js';

export const cloneRouteTable = defineAction({
  name: 'CloneRouteTable',
  summary: 'Makes a route table with the rules of another one of its VPC.',
  params: { RouteTableId: neededId() },
  handle({ RouteTableId }, scope) {
    const { name, tag, remark, vpc, rules } = scope.need('routeTable', RouteTableId);
    const copy = scope.put('routeTable', {
      ...scope.create('routeTable', { name, tag, remark }),
      ...{ vpc, isDefault: false, rules: rules.map((rule) => ({ ...rule, id: newRuleId() })) },
    });
    return { RouteTableId: copy.id };
  },
});
