import { defineAction } from '../action.js';
import { parseCidr } from '@nomadctl/base/ipv4';
import { newRuleId } from '../../model/networks/route-rule.js';
import { neededId } from '../../params/shared-params.js';
import { someOf, text } from '../../params/param.js';
import type { RouteRule } from '../../records/route-table.js';
import { invalid } from '../../params/refusal.js';

export const modifyRouteRule = defineAction({
  name: 'ModifyRouteRule',
  summary: 'Adds, changes and deletes rules: `id | network | next hop type | next hop | priority | remark | add, update or delete`.',
  params: {
    RouteTableId: neededId(),
    RouteRule: someOf(text({ max: 400, example: 'x | 10.8.0.0/16 | instance | uhost-a | 0 | remark | add' }), { max: 100 }),
  },
  handle({ RouteTableId, RouteRule }, scope) {
    const table = scope.need('routeTable', RouteTableId);
    const rules = RouteRule.reduce(
      (before: readonly RouteRule[], line, index) => applyLine(before, line, `RouteRule.${index}`),
      table.rules,
    );
    scope.put('routeTable', { ...table, rules });
  },
});

function applyLine(rules: readonly RouteRule[], line: string, name: string): readonly RouteRule[] {
  const [id = '', destination = '', nexthopType = '', nexthop = '', priority = '0', remark = '', change = ''] = line
    .split('|')
    .map((part) => part.trim());
  const known = rules.some((rule) => rule.id === id);
  if (!['add', 'update', 'delete'].includes(change)) throw invalid(name, 'must end in add, update or delete');
  if (change !== 'add' && !known) throw invalid(name, `there is no rule ${id}`);
  const others = rules.filter((rule) => change === 'add' || rule.id !== id);
  if (change === 'delete') return others;
  if (!parseCidr(destination)) throw invalid(name, 'the second part must be a network');
  const rule = {
    id: change === 'add' ? newRuleId() : id,
    destination,
    nexthopType: nexthopType.toUpperCase(),
    nexthop,
    priority: Number(priority) || 0,
    remark,
  };
  return [...others, rule];
}
