import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { invalid } from '../../params/refusal.js';
import { needListener } from '../../model/load-balancer.js';
import { id } from '../../params/shared-params.js';

export const unbindSecurityPolicy = defineAction({
  name: 'UnBindSecurityPolicy',
  summary: 'Takes a security policy from a listener, or from all that use it.',
  params: { SecurityPolicyId: neededId(), ULBId: id(), VServerId: id() },
  handle({ SecurityPolicyId, ULBId, VServerId }, scope) {
    scope.need('securityPolicy', SecurityPolicyId);
    const asked = ULBId === undefined || VServerId === undefined ? undefined : needListener(scope, { ULBId, VServerId });
    if (asked && asked.securityPolicy !== SecurityPolicyId) throw invalid('VServerId', `${asked.id} does not use ${SecurityPolicyId}`);
    for (const listener of asked ? [asked] : scope.select('listener', { securityPolicy: SecurityPolicyId })) {
      const { securityPolicy: _gone, ...without } = listener;
      scope.put('listener', without);
    }
  },
});
