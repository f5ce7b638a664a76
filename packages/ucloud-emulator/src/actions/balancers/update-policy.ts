import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { checkRuleBackends, ruleParams } from '../../model/lb-rule.js';
import { needListener } from '../../model/load-balancer.js';

export const updatePolicy = defineAction({
  name: 'UpdatePolicy',
  summary: 'Replaces a rule of a listener.',
  params: { ...ruleParams, PolicyId: neededId() },
  handle({ Match, Type, PolicyPriority, BackendId, PolicyId, ...asked }, scope) {
    const listener = needListener(scope, asked);
    checkRuleBackends(scope, listener.id, BackendId);
    scope.put('lbRule', { ...scope.need('lbRule', PolicyId), type: Type, match: Match, priority: PolicyPriority, backends: BackendId });
    return { PolicyId };
  },
});
