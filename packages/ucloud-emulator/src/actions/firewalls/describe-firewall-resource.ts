import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { protectedBy } from '../../model/firewall.js';
import { page, paging } from '../../params/answer-values.js';

export const describeFirewallResource = defineAction({
  name: 'DescribeFirewallResource',
  summary: 'Lists what a firewall protects.',
  params: { FWId: neededId(), ...paging },
  handle({ FWId, ...paged }, scope) {
    scope.need('firewall', FWId);
    const found = protectedBy(FWId, scope);
    const items = page(found, paged).map(({ id, type, name, ip }) => ({
      ResourceID: id,
      ResourceType: type,
      Name: name,
      PrivateIP: ip,
      Zone: 0,
      Remark: '',
      Status: 1,
      Tag: '',
    }));
    return { TotalCount: found.length, ResourceSet: items };
  },
});
