import { defineAction } from '../action.js';
import { newDisk, newDiskParams } from '../../model/disks/new-disk.js';

export const createUdisk = defineAction({
  name: 'CreateUDisk',
  summary: 'Creates a data disk.',
  params: newDiskParams,
  handle: (asked, scope) => ({ UDiskId: [scope.put('disk', newDisk(scope, asked)).id] }),
});
