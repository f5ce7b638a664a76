import { defineAction } from '../action.js';
import { checkRuleBackends, ruleParams } from '../../model/lb-rule.js';
import { needListener } from '../../model/load-balancer.js';

export const createPolicy = defineAction({
  name: 'CreatePolicy',
  summary: 'Adds a rule to a listener: which backends answer for a domain or path.',
  params: ruleParams,
  handle({ Match, Type, PolicyPriority, BackendId, ...asked }, scope) {
    const listener = needListener(scope, asked);
    checkRuleBackends(scope, listener.id, BackendId);
    const rule = scope.put('lbRule', {
      ...scope.create('lbRule'),
      listener: listener.id,
      type: Type,
      match: Match,
      priority: PolicyPriority,
      backends: BackendId,
    });
    return { PolicyId: rule.id };
  },
});
