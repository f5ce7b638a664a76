import { defineAction } from '../action.js';
import { machineType, neededId, zone } from '../../params/shared-params.js';
import { diskParam } from '../../model/host-disks.js';
import { integer, list, required, withDefault } from '../../params/param.js';
import { inStock } from '../../scope/quota.js';

export const checkUhostResourceCapacity = defineAction({
  name: 'CheckUHostResourceCapacity',
  summary: 'Whether hosts are in stock: always, unless a fault says otherwise.',
  params: {
    Zone: required(zone()),
    ImageId: neededId(),
    CPU: integer({ min: 1, max: 240 }),
    Memory: integer({ min: 1024, max: 1_048_576, step: 1024 }),
    MachineType: machineType(),
    Disks: list(diskParam, { max: 16 }),
    MaxCount: withDefault(integer({ min: 1, max: 100 }), 1),
  },
  handle({ Zone, MachineType }, scope) {
    const { name } = scope.catalogue.needType(MachineType, Zone);
    return { ResourceEnough: inStock(scope, { zone: Zone, machineType: name }) };
  },
});
