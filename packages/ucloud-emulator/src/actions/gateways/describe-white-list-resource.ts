import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { list } from '../../params/param.js';
import { firstCard, subResource } from '../../model/networks/network-interface.js';
import { page, paging } from '../../params/answer-values.js';

export const describeWhiteListResource = defineAction({
  name: 'DescribeWhiteListResource',
  summary: 'Lists the white lists of NAT gateways.',
  params: { NATGWIds: list(id()), ...paging },
  handle({ NATGWIds, ...paged }, scope) {
    const found = scope.list('natGateway').filter((gateway) => NATGWIds.length === 0 || NATGWIds.includes(gateway.id));
    const items = page(found, paged).map((gateway) => ({
      NATGWId: gateway.id,
      IfOpen: gateway.whiteListOpen ? 1 : 0,
      ObjectIPInfo: gateway.whiteList.map((resource) => {
        const host = scope.find('host', resource);
        return {
          ResourceId: resource,
          ResourceName: host?.name ?? '',
          ResourceType: 'uhost',
          PrivateIP: host?.ip ?? '',
          VPCId: host?.vpc ?? '',
          GwType: 'natgw',
          ...(host ? subResource(firstCard(host)) : {}),
        };
      }),
    }));
    return { TotalCount: found.length, DataSet: items };
  },
});
