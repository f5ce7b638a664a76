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
    const named = scope.named('eip', EIPIds);
    const found = IPs.length === 0 ? named : [...named].filter(({ ip }) => IPs.includes(ip));
    const [bandwidth = 0, free = 0] = scope.tally('eip');
    const isAll = EIPIds.length === 0 && IPs.length === 0;
    return {
      TotalCount: found.length,
      UnbindCount: isAll ? free : [...found].filter(isFree).length,
      TotalBandwidth: isAll ? bandwidth : [...found].reduce((sum, eip) => sum + eip.bandwidth, 0),
      EIPSet: page(found, paged).map((eip) => showEip(eip, scope)),
    };
  },
});
