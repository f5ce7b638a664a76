import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { needState, onItsWay } from '../../model/host-states.js';

export const startUhostInstance = defineAction({
  name: 'StartUHostInstance',
  summary: 'Starts a stopped host.',
  params: { UHostId: neededId(), Zone: zone() },
  handle({ UHostId }, scope) {
    const host = scope.need('host', UHostId);
    needState(host, 'Stopped', 'Running', 'Starting');
    if (host.state === 'Stopped') scope.put('host', onItsWay(host, scope, ['Starting', [scope.timings.start, { state: 'Running' }]]));
    return { UHostId };
  },
});
