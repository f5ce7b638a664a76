import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { showUlb } from '../../model/load-balancer.js';
import { page, paging } from '../../params/answer-values.js';

export const describeUlb = defineAction({
  name: 'DescribeULB',
  summary: 'Lists load balancers with their listeners and backends.',
  params: { ULBId: id(), VPCId: id(), SubnetId: id(), ...paging },
  handle({ ULBId, VPCId, SubnetId, ...paged }, scope) {
    const found = scope.named('ulb', ULBId === undefined ? [] : [ULBId], { vpc: VPCId, subnet: SubnetId });
    return { TotalCount: found.length, DataSet: page(found, paged).map((ulb) => showUlb(ulb, scope)) };
  },
});
