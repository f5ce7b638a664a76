import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { accountNumber } from '../../scope/accounts.js';
import { instanceType } from '../../model/networks/route-rule.js';
import { integer, withDefault } from '../../params/param.js';
import type { RouteTable } from '../../records/route-table.js';
import type { Scope } from '../../scope/scope.js';
import { inSeconds, page, paging } from '../../params/answer-values.js';

export const describeRouteTable = defineAction({
  name: 'DescribeRouteTable',
  summary: 'Lists route tables.',
  // UCloud spells the offset so, here only.
  params: { RouteTableId: id(), VPCId: id(), Limit: paging.Limit, OffSet: withDefault(integer({ min: 0, max: 10_000_000 }), 0) },
  handle({ RouteTableId, VPCId, Limit, OffSet }, scope) {
    const found = scope.list('routeTable').filter((table) => (RouteTableId ?? table.id) === table.id && (VPCId ?? table.vpc) === table.vpc);
    return { TotalCount: found.length, RouteTables: page(found, { Limit, Offset: OffSet }).map((table) => showTable(table, scope)) };
  },
});

function showTable(table: RouteTable, scope: Scope): object {
  const subnets = scope
    .owned('subnet', table.vpc)
    .filter(({ routeTable }) => (routeTable === undefined ? table.isDefault : routeTable === table.id));
  return {
    RouteTableId: table.id,
    Name: table.name,
    Tag: table.tag,
    Remark: table.remark,
    CreateTime: inSeconds(table.created),
    RouteTableType: table.isDefault ? 1 : 0,
    SubnetCount: subnets.length,
    SubnetIds: subnets.map((subnet) => subnet.id),
    VPCId: table.vpc,
    VPCName: scope.find('vpc', table.vpc)?.name ?? '',
    RouteRules: table.rules.map((rule) => ({
      RouteRuleId: rule.id,
      RouteTableId: table.id,
      VNetId: table.vpc,
      DstAddr: rule.destination,
      NexthopType: rule.nexthopType,
      NexthopId: rule.nexthop,
      Priority: rule.priority,
      Remark: rule.remark,
      RuleType: 1,
      AccountId: accountNumber(scope.caller.account),
      DstPort: 0,
      SrcPort: 0,
      SrcAddr: '',
      OriginAddr: '',
      InstanceType: instanceType(rule.nexthop),
    })),
  };
}
