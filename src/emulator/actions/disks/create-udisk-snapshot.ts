import { defineAction } from '../../action.js';
import { charge, neededId, neededName, remark, zone } from '../../given.js';
import { required } from '../../param.js';
import { Refusal, retCodes } from '../../refusal.js';

export const createUdiskSnapshot = defineAction({
  name: 'CreateUDiskSnapshot',
  summary: 'Takes a snapshot of a disk, of a boot disk or a data disk.',
  params: { Zone: required(zone()), UDiskId: neededId(), Name: neededName(), Comment: remark(), Quantity: charge.Quantity },
  handle({ Zone, UDiskId, Name, Comment }, scope) {
    // A snapshot without what is on the disk would be none.
    if (scope.machines.real) throw new Refusal(retCodes.noSnapshots, 'Snapshots can not be had where hosts run on this computer');
    const { name, type, size, isBoot, host } = scope.need('disk', UDiskId);
    const snapshot = scope.put('snapshot', {
      ...scope.create('snapshot', { name: Name, remark: Comment }),
      ...{ zone: Zone, disk: UDiskId, diskName: name, type, size, isBoot, host },
      status: 'Creating',
      pending: [{ at: scope.now + scope.timings.makeSnapshot, set: { status: 'Normal' } }],
    });
    return { SnapshotId: [snapshot.id] };
  },
});
