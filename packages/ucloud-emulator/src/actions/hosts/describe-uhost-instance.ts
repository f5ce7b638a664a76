import { defineAction } from '../action.js';
import { id, zone } from '../../params/shared-params.js';
import { hostList } from './host-list.js';
import { integer, list, text, withDefault } from '../../params/param.js';
import { page, paging } from '../../params/answer-values.js';

export const describeUhostInstance = defineAction({
  name: 'DescribeUHostInstance',
  summary: 'Lists hosts.',
  params: {
    UHostIds: list(id(), { max: 100 }),
    Zone: zone(),
    Tag: text({ max: 63 }),
    VPCId: id(),
    SubnetId: id(),
    IsolationGroup: id(),
    ...paging,
    Limit: withDefault(integer({ min: 0, max: 100 }), 20),
  },
  handle({ UHostIds, Zone, Tag, VPCId, SubnetId, IsolationGroup, ...paged }, scope) {
    const wanted = { zone: Zone, tag: Tag, vpc: VPCId, subnet: SubnetId, isolationGroup: IsolationGroup };
    const found = scope.named('host', UHostIds, wanted);
    return hostList(page(found, paged), found.length, scope);
  },
});
