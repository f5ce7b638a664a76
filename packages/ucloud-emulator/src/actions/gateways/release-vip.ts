import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { unbindEip } from '../../model/eip.js';

export const releaseVip = defineAction({
  name: 'ReleaseVIP',
  summary: 'Gives a private address back.',
  params: { VIPId: neededId(), Zone: zone() },
  handle({ VIPId }, scope) {
    scope.need('vip', VIPId);
    for (const eip of scope.owned('eip', VIPId)) unbindEip(scope, eip);
    scope.remove('vip', VIPId);
  },
});
