import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { changedMachine } from '../../model/host-machine.js';
import { needState, onItsWay } from '../../model/host-states.js';

export const stopUhostInstance = defineAction({
  name: 'StopUHostInstance',
  summary: 'Shuts a running host down.',
  params: { UHostId: neededId(), Zone: zone() },
  handle({ UHostId }, scope) {
    const host = scope.need('host', UHostId);
    needState(host, 'Running', 'Stopping', 'Stopped');
    if (host.state === 'Running')
      scope.put(
        'host',
        onItsWay({ ...host, ...changedMachine(host, { cutPower: false }) }, scope, [
          'Stopping',
          [scope.timings.stop, { state: 'Stopped' }],
        ]),
      );
    return { UHostId };
  },
});
