import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { needState, onItsWay } from '../../model/host-states.js';

export const rebootUhostInstance = defineAction({
  name: 'RebootUHostInstance',
  summary: 'Restarts a running host.',
  params: { UHostId: neededId(), Zone: zone() },
  handle({ UHostId }, scope) {
    const host = scope.need('host', UHostId);
    needState(host, 'Running');
    scope.put('host', onItsWay(host, scope, ['Rebooting', [scope.timings.reboot, { state: 'Running' }]]));
    return { UHostId };
  },
});
