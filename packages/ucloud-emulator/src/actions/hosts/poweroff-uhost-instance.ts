import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { changedMachine } from '../../model/host-machine.js';
import { needState, onItsWay } from '../../model/host-states.js';

export const poweroffUhostInstance = defineAction({
  name: 'PoweroffUHostInstance',
  summary: 'Cuts the power of a host.',
  params: { UHostId: neededId(), Zone: zone() },
  handle({ UHostId }, scope) {
    const host = scope.need('host', UHostId);
    needState(host, 'Starting', 'Running', 'Rebooting', 'Stopping', 'Stopped');
    if (host.state !== 'Stopped')
      scope.put(
        'host',
        onItsWay({ ...host, ...changedMachine(host, { cutPower: true }) }, scope, [
          'Stopping',
          [scope.timings.powerOff, { state: 'Stopped' }],
        ]),
      );
    return { UHostId };
  },
});
