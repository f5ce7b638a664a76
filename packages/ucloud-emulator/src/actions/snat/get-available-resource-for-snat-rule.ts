import { defineAction } from '../action.js';
import { hostsOf, showGatewayHost } from '../../model/networks/gateway-hosts.js';
import { neededId } from '../../params/shared-params.js';
import { page, paging } from '../../params/answer-values.js';

export const getAvailableResourceForSnatRule = defineAction({
  name: 'GetAvailableResourceForSnatRule',
  summary: 'Lists the hosts of a NAT gateway that have no rule of their own for the way out.',
  params: { NATGWId: neededId(), ...paging },
  handle({ NATGWId, ...paged }, scope) {
    const ruled = new Set(scope.owned('snatRule', NATGWId).map(({ sourceIp }) => sourceIp));
    const found = [...hostsOf(scope.need('natGateway', NATGWId), scope)].filter(({ ip }) => !ruled.has(ip));
    return { TotalCount: found.length, DataSet: page(found, paged).map(showGatewayHost) };
  },
});
