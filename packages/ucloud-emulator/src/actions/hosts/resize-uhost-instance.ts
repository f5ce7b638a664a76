import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { needState, onItsWay } from '../../model/host-states.js';
import { integer } from '../../params/param.js';

export const resizeUhostInstance = defineAction({
  name: 'ResizeUHostInstance',
  summary: 'Changes the processors and memory of a stopped host.',
  params: {
    UHostId: neededId(),
    Zone: zone(),
    CPU: integer({ min: 1, max: 240 }),
    Memory: integer({ min: 1024, max: 1_048_576, step: 1024 }),
  },
  handle({ UHostId, CPU, Memory }, scope) {
    const host = scope.need('host', UHostId);
    needState(host, 'Stopped');
    const resized = { ...host, cpu: CPU ?? host.cpu, memory: Memory ?? host.memory };
    scope.put('host', scope.hostFate === 'ResizeFail' ? onItsWay(host, scope, ['ResizeFail']) : resized);
    return { UHostId };
  },
});
