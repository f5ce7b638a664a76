import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { isFree, showEip } from '../../model/eip.js';
import { list, text } from '../../params/param.js';
import { page, paging } from '../../params/answer-values.js';

export const describeEip = defineAction({
  name: 'DescribeEIP',
  summary: 'Lists public addresses.',
  params: { EIPIds: list(id()), IPs: list(text({ max: 39, example: '198.18.0.1' })), ...paging },
  handle({ EIPIds, IPs, ...paged }, scope) {
    const found = scope
      .list('eip')
      .filter((eip) => (EIPIds.length === 0 || EIPIds.includes(eip.id)) && (IPs.length === 0 || IPs.includes(eip.ip)));
    return {
      TotalCount: found.length,
      UnbindCount: found.filter(isFree).length,
      TotalBandwidth: found.reduce((sum, { bandwidth }) => sum + bandwidth, 0),
      EIPSet: page(found, paged).map((eip) => showEip(eip, scope)),
    };
  },
});
