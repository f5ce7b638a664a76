import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { page, paging } from '../../params/answer-values.js';

export const describeIsolationGroup = defineAction({
  name: 'DescribeIsolationGroup',
  summary: 'Lists isolation groups and how many hosts they have in each zone.',
  params: { GroupId: id(), ...paging },
  handle({ GroupId, ...paged }, scope) {
    const found = scope.named('isolationGroup', GroupId === undefined ? [] : [GroupId]);
    const items = page(found, paged).map((group) => {
      const zones = [...scope.select('host', { isolationGroup: group.id })].map(({ zone }) => zone);
      const spread = [...new Set(zones)].map((zone) => ({ Zone: zone, UHostCount: zones.filter((other) => other === zone).length }));
      return { GroupId: group.id, GroupName: group.name, Remark: group.remark, SpreadInfoSet: spread };
    });
    return { TotalCount: found.length, IsolationGroupSet: items };
  },
});
