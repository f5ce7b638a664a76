import { defineAction } from '../action.js';
import { neededName, remark, tag } from '../../params/shared-params.js';
import { checkRules, MOST_RULES } from '../../model/firewall.js';
import { someOf, text } from '../../params/param.js';
import { checkQuota } from '../../scope/quota.js';

export const createFirewall = defineAction({
  name: 'CreateFirewall',
  summary: 'Creates a firewall (terraform: security group).',
  params: {
    Name: neededName(),
    Rule: someOf(text({ max: 200, example: 'TCP|22|0.0.0.0/0|ACCEPT|HIGH' }), { max: MOST_RULES }),
    Tag: tag(),
    Remark: remark(),
  },
  handle({ Name, Rule, Tag, Remark }, scope) {
    checkRules(Rule);
    checkQuota(scope, 'firewall');
    const firewall = scope.put('firewall', {
      ...scope.create('firewall', { name: Name, tag: Tag, remark: Remark }),
      type: 'user defined',
      rules: Rule,
    });
    return { FWId: firewall.id };
  },
});
