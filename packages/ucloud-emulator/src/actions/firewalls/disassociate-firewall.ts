import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { choice, required } from '../../params/param.js';
import { invalid } from '../../params/refusal.js';

export const disassociateFirewall = defineAction({
  name: 'DisassociateFirewall',
  summary: 'Takes a load balancer from behind its firewall. Other resources always have one: GrantFirewall gives them another.',
  params: { FWId: neededId(), ResourceType: required(choice('ULB', 'ulb')), ResourceId: neededId() },
  handle({ FWId, ResourceId }, scope) {
    scope.need('firewall', FWId);
    const ulb = scope.need('ulb', ResourceId);
    if (ulb.firewall !== FWId) throw invalid('ResourceId', `${ResourceId} is not behind ${FWId}`);
    scope.put('ulb', { ...ulb, firewall: '' });
  },
});
