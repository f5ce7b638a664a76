import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { firstCardId } from '../../model/networks/network-interface.js';
import { zoneNumber } from '../../scope/regions.js';
import { protectedBy } from '../../model/firewall.js';
import { page, paging } from '../../params/answer-values.js';

export const describeFirewallResource = defineAction({
  name: 'DescribeFirewallResource',
  summary: 'Lists what a firewall protects.',
  params: { FWId: neededId(), ...paging },
  handle({ FWId, ...paged }, scope) {
    scope.need('firewall', FWId);
    const found = protectedBy(FWId, scope);
    const items = page(found, paged).map(({ id, type, name, ip, tag, remark, zone }) => ({
      ResourceID: id,
      ResourceType: type,
      Name: name,
      PrivateIP: ip,
      Zone: zoneNumber(zone),
      Remark: remark,
      Status: 1,
      Tag: tag,
      ...(type === 'uhost' ? { SubResourceId: firstCardId(id), SubResourceName: name, SubResourceType: 'uni' } : {}),
    }));
    return { TotalCount: found.length, ResourceSet: items };
  },
});
