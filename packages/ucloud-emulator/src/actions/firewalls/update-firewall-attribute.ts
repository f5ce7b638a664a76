import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { attributes, changeAttributes } from '../../model/attributes.js';

export const updateFirewallAttribute = defineAction({
  name: 'UpdateFirewallAttribute',
  summary: 'Changes the name, tag or remark of a firewall.',
  params: { FWId: neededId(), ...attributes },
  handle: ({ FWId, ...asked }, scope) => changeAttributes(scope, ['firewall', FWId], asked),
});
