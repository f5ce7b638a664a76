import { defineAction } from '../action.js';
import { hostsOf, showGatewayHost } from '../../model/networks/gateway-hosts.js';
import { neededId } from '../../params/shared-params.js';
import { page, paging } from '../../params/answer-values.js';

export const getAvailableResourceForWhiteList = defineAction({
  name: 'GetAvailableResourceForWhiteList',
  summary: 'Lists the hosts that could be added to the white list of a NAT gateway.',
  params: { NATGWId: neededId(), ...paging },
  handle({ NATGWId, ...paged }, scope) {
    const gateway = scope.need('natGateway', NATGWId);
    const found = [...hostsOf(gateway, scope)].filter(({ id }) => !gateway.whiteList.includes(id));
    return { TotalCount: found.length, DataSet: page(found, paged).map(showGatewayHost) };
  },
});
