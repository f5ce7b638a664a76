import { defineAction } from '../action.js';
import { name, neededId, remark } from '../given.js';
import { text } from '../param.js';

export const updateFirewallAttribute = defineAction({
  name: 'UpdateFirewallAttribute',
  summary: 'Changes the name, tag or remark of a firewall.',
  params: { FWId: neededId(), Name: name(), Tag: text({ max: 63 }), Remark: remark() },
  handle({ FWId, Name, Tag, Remark }, scope) {
    const firewall = scope.need('firewall', FWId);
    scope.put('firewall', { ...firewall, name: Name ?? firewall.name, tag: Tag ?? firewall.tag, remark: Remark ?? firewall.remark });
  },
});
