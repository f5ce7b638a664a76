import { defineAction } from '../action.js';
import { id, neededId, zone } from '../../params/shared-params.js';
import { needAttached, neededHost } from '../../model/disks/attach-disk.js';
import { required } from '../../params/param.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const detachDeleteUdisk = defineAction({
  name: 'DetachDeleteUDisk',
  summary: 'Detaches a data disk and deletes it, at once.',
  params: { Zone: required(zone()), UDiskId: neededId(), HostId: id(), UHostId: id() },
  handle({ UDiskId, ...asked }, scope) {
    const HostId = neededHost(asked);
    needAttached(scope, UDiskId, HostId);
    // A host that runs lets go of a disk when it can.
    if (scope.machines.real)
      throw new Refusal(retCodes.notWithMachines, `UDisk [${UDiskId}] is in a host on this computer: DetachUDisk, then DeleteUDisk`);
    scope.remove('disk', UDiskId);
    return { UDiskId, HostId, UHostId: HostId };
  },
});
