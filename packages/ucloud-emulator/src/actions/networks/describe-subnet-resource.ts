import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { holdersOf } from '../../model/subnet-holders.js';
import { text } from '../../params/param.js';
import { page, paging } from '../../params/answer-values.js';

export const describeSubnetResource = defineAction({
  name: 'DescribeSubnetResource',
  summary: 'Lists what sits in a subnet. It empties as soon as hosts are gone, minutes before the subnet can be deleted.',
  params: { SubnetId: neededId(), ResourceType: text({ max: 30 }), ...paging },
  handle({ SubnetId, ResourceType, ...paged }, scope) {
    const found = holdersOf(scope.need('subnet', SubnetId), scope, ResourceType);
    return { TotalCount: found.length, DataSet: page(found, paged) };
  },
});
