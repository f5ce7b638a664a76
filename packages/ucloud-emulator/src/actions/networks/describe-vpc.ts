import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { showVpc } from '../../model/vpc.js';
import { list, text } from '../../params/param.js';
import { page, paging } from '../../params/answer-values.js';

export const describeVpc = defineAction({
  name: 'DescribeVPC',
  summary: 'Lists VPCs.',
  params: { VPCIds: list(id()), Tag: text({ max: 63 }), ...paging },
  handle({ VPCIds, Tag, ...paged }, scope) {
    const found = scope.list('vpc').filter((vpc) => (VPCIds.length === 0 || VPCIds.includes(vpc.id)) && (Tag ?? vpc.tag) === vpc.tag);
    return { TotalCount: found.length, DataSet: page(found, paged).map((vpc) => showVpc(vpc, scope)) };
  },
});
