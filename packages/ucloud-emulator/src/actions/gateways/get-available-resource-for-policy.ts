import { defineAction } from '../action.js';
import { hostsOf, showGatewayHost } from '../../model/networks/gateway-hosts.js';
import { neededId } from '../../params/shared-params.js';

export const getAvailableResourceForPolicy = defineAction({
  name: 'GetAvailableResourceForPolicy',
  summary: 'Lists the hosts that port rules of a NAT gateway can lead to: those of its subnets.',
  params: { NATGWId: neededId() },
  handle({ NATGWId }, scope) {
    return { DataSet: [...hostsOf(scope.need('natGateway', NATGWId), scope)].map(showGatewayHost) };
  },
});
