import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { firewallOf, protectedBy, showFirewall } from '../../model/firewall.js';
import { choice } from '../../params/param.js';
import { page, paging } from '../../params/answer-values.js';

export const describeFirewall = defineAction({
  name: 'DescribeFirewall',
  summary: 'Lists firewalls, or the one of a resource.',
  params: {
    FWId: id(),
    ResourceId: id(),
    ResourceType: choice('uhost', 'ulb', 'natgw', 'unatgw', 'upm', 'udhost', 'udb', 'uni'),
    ...paging,
  },
  handle({ FWId, ResourceId, ...paged }, scope) {
    const all =
      ResourceId === undefined ? scope.list('firewall') : [firewallOf(ResourceId, scope)].filter((firewall) => firewall !== undefined);
    const found = all.filter((firewall) => (FWId ?? firewall.id) === firewall.id);
    return {
      TotalCount: found.length,
      DataSet: page(found, paged).map((firewall) => showFirewall(firewall, protectedBy(firewall.id, scope).length)),
    };
  },
});
