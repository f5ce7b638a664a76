import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';

export const getAvailableResourceForPolicy = defineAction({
  name: 'GetAvailableResourceForPolicy',
  summary: 'Lists the hosts that port rules of a NAT gateway can lead to: those of its subnets.',
  params: { NATGWId: neededId() },
  handle({ NATGWId }, scope) {
    const { subnets } = scope.need('natGateway', NATGWId);
    const hosts = scope.list('host').filter(({ subnet }) => subnets.includes(subnet));
    return { DataSet: hosts.map(({ id, ip }) => ({ ResourceId: id, ResourceType: 'uhost', PrivateIP: ip })) };
  },
});
