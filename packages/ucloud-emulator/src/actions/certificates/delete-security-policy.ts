import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const deleteSecurityPolicy = defineAction({
  name: 'DeleteSecurityPolicy',
  summary: 'Deletes a security policy that no listener uses.',
  params: { SecurityPolicyId: neededId() },
  handle({ SecurityPolicyId }, scope) {
    scope.need('securityPolicy', SecurityPolicyId);
    const [user] = scope.select('listener', { securityPolicy: SecurityPolicyId }).slice(0, 1);
    if (user) throw new Refusal(retCodes.inUse, `Security policy [${SecurityPolicyId}] is in use by [${user.id}]`);
    scope.remove('securityPolicy', SecurityPolicyId);
  },
});
