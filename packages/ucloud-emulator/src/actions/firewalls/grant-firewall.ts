import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { choice, required } from '../../params/param.js';

export const grantFirewall = defineAction({
  name: 'GrantFirewall',
  summary: 'Puts a host, network interface, load balancer or NAT gateway behind a firewall.',
  params: { FWId: neededId(), ResourceType: required(choice('uhost', 'ulb', 'natgw', 'uni')), ResourceId: neededId() },
  handle({ FWId, ResourceType, ResourceId }, scope) {
    scope.need('firewall', FWId);
    if (ResourceType === 'uhost') scope.put('host', { ...scope.need('host', ResourceId), firewall: FWId });
    else if (ResourceType === 'ulb') scope.put('ulb', { ...scope.need('ulb', ResourceId), firewall: FWId });
    else if (ResourceType === 'uni') scope.put('networkInterface', { ...scope.need('networkInterface', ResourceId), firewall: FWId });
    else scope.put('natGateway', { ...scope.need('natGateway', ResourceId), firewall: FWId });
  },
});
