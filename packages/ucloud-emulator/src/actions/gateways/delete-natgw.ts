import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { removeEip, unbindEip } from '../../model/eip.js';
import { boolean } from '../../params/param.js';

export const deleteNatgw = defineAction({
  name: 'DeleteNATGW',
  summary: 'Deletes a NAT gateway with its rules; its addresses become free.',
  params: { NATGWId: neededId(), ReleaseEip: boolean() },
  handle({ NATGWId, ReleaseEip = false }, scope) {
    scope.need('natGateway', NATGWId);
    for (const rule of scope.owned('snatRule', NATGWId)) scope.remove('snatRule', rule.id);
    for (const rule of scope.owned('natRule', NATGWId)) scope.remove('natRule', rule.id);
    for (const eip of scope.owned('eip', NATGWId)) {
      if (ReleaseEip) removeEip(scope, eip.id);
      else unbindEip(scope, eip);
    }
    scope.remove('natGateway', NATGWId);
  },
});
