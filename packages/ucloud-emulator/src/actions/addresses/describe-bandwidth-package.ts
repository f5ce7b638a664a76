import { defineAction } from '../action.js';
import { inSeconds, page, paging } from '../../params/answer-values.js';

export const describeBandwidthPackage = defineAction({
  name: 'DescribeBandwidthPackage',
  summary: 'Lists the bandwidth that was bought for a while, as long as it lasts.',
  params: paging,
  handle(paged, scope) {
    const found = scope.list('bandwidthPackage').filter(({ until }) => until > scope.now);
    const items = page(found, paged).map(({ id, eip, bandwidth, from, until, created }) => {
      const { ip = '', operator = '' } = scope.find('eip', eip) ?? {};
      return {
        ...{ BandwidthPackageId: id, EIPId: eip, EIPAddr: [{ IP: ip, OperatorName: operator }], Bandwidth: bandwidth },
        ...{ CreateTime: inSeconds(created), EnableTime: inSeconds(from), DisableTime: inSeconds(until) },
      };
    });
    return { TotalCount: found.length, DataSets: items };
  },
});
