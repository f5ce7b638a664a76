import { defineAction } from '../action.js';
import { charge, neededId, neededName, remark, zone } from '../../params/shared-params.js';
import { needWholeDisk } from '../../model/disk.js';
import { checkDataDisks } from '../../model/host-disks.js';
import { required } from '../../params/param.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const createUdiskSnapshot = defineAction({
  name: 'CreateUDiskSnapshot',
  summary: 'Takes a snapshot of a disk, of a boot disk or a data disk.',
  params: { Zone: required(zone()), UDiskId: neededId(), Name: neededName(), Comment: remark(), Quantity: charge.Quantity },
  handle({ Zone, UDiskId, Name, Comment }, scope) {
    const { name, type, size, isBoot, host } = needWholeDisk(UDiskId, scope);
    // The boot disk is the container's own: CreateCustomImage keeps what is on it.
    if (scope.machines.real && isBoot)
      throw new Refusal(retCodes.noSnapshots, `Boot disk [${UDiskId}] is on this computer, where only images can be made of it`);
    if (scope.machines.real) checkDataDisks(scope);
    const snapshot = scope.put('snapshot', {
      ...scope.create('snapshot', { name: Name, remark: Comment }),
      ...{ zone: Zone, disk: UDiskId, diskName: name, type, size, isBoot, host },
      status: 'Creating',
      pending: scope.machines.real ? [] : [{ at: scope.now + scope.timings.makeSnapshot, set: { status: 'Normal' } }],
    });
    return { SnapshotId: [snapshot.id] };
  },
});
