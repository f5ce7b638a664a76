import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { showUlbSimply } from '../../model/load-balancer.js';
import { withDefault } from '../../params/param.js';
import { page, paging } from '../../params/answer-values.js';

export const describeUlbSimple = defineAction({
  name: 'DescribeULBSimple',
  summary: 'Lists load balancers, with how many listeners they have.',
  params: { ULBId: id(), VPCId: id(), SubnetId: id(), ...paging, Limit: withDefault(paging.Limit, 10_000) },
  handle({ ULBId, VPCId, SubnetId, ...paged }, scope) {
    const found = scope.named('ulb', ULBId === undefined ? [] : [ULBId], { vpc: VPCId, subnet: SubnetId });
    return { TotalCount: found.length, DataSet: page(found, paged).map((ulb) => showUlbSimply(ulb, scope)) };
  },
});
