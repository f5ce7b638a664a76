import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { unbindEip } from '../../model/eip.js';
import { needFreeCard } from '../../model/networks/network-interface.js';

export const deleteNetworkInterface = defineAction({
  name: 'DeleteNetworkInterface',
  summary: 'Deletes a network interface that is in no host. Its public addresses become free.',
  params: { InterfaceId: neededId() },
  handle({ InterfaceId }, scope) {
    needFreeCard(InterfaceId, scope);
    for (const eip of scope.owned('eip', InterfaceId)) unbindEip(scope, eip);
    scope.remove('networkInterface', InterfaceId);
  },
});
