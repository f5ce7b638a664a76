import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { bindEip as bind } from '../../model/eip.js';
import { choice, required } from '../../params/param.js';
import { invalid } from '../../params/refusal.js';

const KINDS = { uhost: 'host', ulb: 'ulb', natgw: 'natGateway', vip: 'vip', uni: 'networkInterface' } as const;

export const bindEip = defineAction({
  name: 'BindEIP',
  summary: 'Binds a free public address.',
  params: { EIPId: neededId(), ResourceType: required(choice('uhost', 'ulb', 'natgw', 'vip', 'uni')), ResourceId: neededId() },
  handle({ EIPId, ResourceType, ResourceId }, scope) {
    const eip = scope.need('eip', EIPId);
    scope.need(KINDS[ResourceType], ResourceId);
    if (ResourceType === 'ulb' && scope.need('ulb', ResourceId).mode === 'InnerMode')
      throw invalid('ResourceId', `${ResourceId} is an inner load balancer`);
    bind(scope, eip, { type: ResourceType, id: ResourceId });
  },
});
