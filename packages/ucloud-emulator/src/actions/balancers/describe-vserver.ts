import { defineAction } from '../action.js';
import { id, neededId } from '../../params/shared-params.js';
import { showListener } from '../../model/load-balancer.js';
import { page, paging } from '../../params/answer-values.js';

export const describeVserver = defineAction({
  name: 'DescribeVServer',
  summary: 'Lists the listeners of a load balancer; none when it is gone.',
  params: { ULBId: neededId(), VServerId: id(), ...paging },
  handle({ ULBId, VServerId, ...paged }, scope) {
    const found = scope.find('ulb', ULBId)
      ? scope.owned('listener', ULBId).filter((listener) => (VServerId ?? listener.id) === listener.id)
      : [];
    return { TotalCount: found.length, DataSet: page(found, paged).map((listener) => showListener(listener, scope)) };
  },
});
