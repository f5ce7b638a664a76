import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { checkRules, MOST_RULES } from '../../model/firewall.js';
import { someOf, text } from '../../params/param.js';

export const updateFirewall = defineAction({
  name: 'UpdateFirewall',
  summary: 'Replaces the rules of a firewall.',
  params: { FWId: neededId(), Rule: someOf(text({ max: 200, example: 'TCP|22|0.0.0.0/0|ACCEPT|HIGH' }), { max: MOST_RULES }) },
  handle({ FWId, Rule }, scope) {
    const firewall = scope.need('firewall', FWId);
    checkRules(Rule);
    scope.put('firewall', { ...firewall, rules: Rule });
    return { FWId };
  },
});
