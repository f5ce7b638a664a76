import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { protectedBy } from '../../model/firewall.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const deleteFirewall = defineAction({
  name: 'DeleteFirewall',
  summary: 'Deletes a firewall that protects nothing any more.',
  params: { FWId: neededId() },
  handle({ FWId }, scope) {
    const firewall = scope.need('firewall', FWId);
    if (firewall.type !== 'user defined')
      throw new Refusal(retCodes.firewallRecommended, `The recommended firewall [${FWId}] can not be deleted`);
    const [first] = protectedBy(FWId, scope).slice(0, 1);
    if (first) throw new Refusal(retCodes.firewallInUse, `Firewall [${FWId}] is in use by [${first.id}]`);
    scope.remove('firewall', FWId);
  },
});
