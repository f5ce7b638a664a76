import { defineAction } from '../action.js';
import { neededId, neededName, zone } from '../../params/shared-params.js';
import { required } from '../../params/param.js';

export const renameUdisk = defineAction({
  name: 'RenameUDisk',
  summary: 'Changes the name of a disk.',
  params: { Zone: required(zone()), UDiskId: neededId(), UDiskName: neededName() },
  handle({ UDiskId, UDiskName }, scope) {
    scope.put('disk', { ...scope.need('disk', UDiskId), name: UDiskName });
  },
});
