import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { checkLarger, needWholeDisk } from '../../model/disk.js';
import { integer, required } from '../../params/param.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const resizeUdisk = defineAction({
  name: 'ResizeUDisk',
  summary: 'Enlarges a disk that is not attached.',
  params: { Zone: required(zone()), UDiskId: neededId(), Size: required(integer({ min: 1, max: 32_000 })) },
  handle({ UDiskId, Size }, scope) {
    const disk = needWholeDisk(UDiskId, scope);
    if (disk.host !== '') throw new Refusal(retCodes.diskAttached, `UDisk [${UDiskId}] is attached to [${disk.host}]`);
    checkLarger(disk, Size);
    scope.put('disk', { ...disk, size: Size });
  },
});
