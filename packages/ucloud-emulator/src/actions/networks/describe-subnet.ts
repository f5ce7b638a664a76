import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { freeAddresses } from '../../model/subnet-holders.js';
import { showSubnet } from '../../model/vpc.js';
import { boolean, list, text } from '../../params/param.js';
import { page, paging } from '../../params/answer-values.js';

export const describeSubnet = defineAction({
  name: 'DescribeSubnet',
  summary: 'Lists subnets.',
  params: {
    SubnetIds: list(id()),
    SubnetId: id(),
    VPCId: id(),
    Tag: text({ max: 63 }),
    RouteTableId: id(),
    ShowAvailableIPs: boolean(),
    ...paging,
  },
  handle({ SubnetIds, SubnetId, VPCId, Tag, RouteTableId, ShowAvailableIPs, ...paged }, scope) {
    const ids = SubnetId === undefined ? SubnetIds : [...SubnetIds, SubnetId];
    const found = scope
      .list('subnet')
      .filter((subnet) => ids.length === 0 || ids.includes(subnet.id))
      .filter(
        (subnet) =>
          (VPCId ?? subnet.vpc) === subnet.vpc &&
          (Tag ?? subnet.tag) === subnet.tag &&
          (RouteTableId === undefined || RouteTableId === subnet.routeTable),
      );
    const items = page(found, paged).map((subnet) => ({
      ...showSubnet(subnet, scope),
      ...(ShowAvailableIPs ? { AvailableIPs: freeAddresses(scope, subnet) } : {}),
    }));
    return { TotalCount: found.length, DataSet: items };
  },
});
