import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { required } from '../../params/param.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const deleteUdisk = defineAction({
  name: 'DeleteUDisk',
  summary: 'Deletes a disk that is not attached.',
  params: { Zone: required(zone()), UDiskId: neededId() },
  handle({ UDiskId }, scope) {
    const disk = scope.need('disk', UDiskId);
    if (disk.host !== '') throw new Refusal(retCodes.diskAttached, `UDisk [${UDiskId}] is attached to [${disk.host}]`);
    scope.remove('disk', UDiskId);
  },
});
