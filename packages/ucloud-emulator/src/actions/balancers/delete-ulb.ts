import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { removeEip, unbindEip } from '../../model/eip.js';
import { removeListener } from '../../model/load-balancer.js';
import { leaseAddress } from '../../model/subnet-holders.js';
import { boolean } from '../../params/param.js';

export const deleteUlb = defineAction({
  name: 'DeleteULB',
  summary: 'Deletes a load balancer with its listeners. The address of an inner one stays taken for about ten minutes.',
  params: { ULBId: neededId(), ReleaseEip: boolean() },
  handle({ ULBId, ReleaseEip = false }, scope) {
    const ulb = scope.need('ulb', ULBId);
    for (const listener of scope.owned('listener', ULBId)) removeListener(scope, listener);
    for (const eip of scope.owned('eip', ULBId)) {
      if (ReleaseEip) removeEip(scope, eip.id);
      else unbindEip(scope, eip);
    }
    if (ulb.subnet !== '') leaseAddress(scope, ulb);
    scope.remove('ulb', ULBId);
  },
});
