import { defineAction } from '../action.js';
import { id, neededId, zone } from '../../params/shared-params.js';
import { needAttached, neededHost } from '../../model/disks/attach-disk.js';
import { required } from '../../params/param.js';

export const detachUdisk = defineAction({
  name: 'DetachUDisk',
  summary: 'Detaches a data disk.',
  params: { Zone: required(zone()), UDiskId: neededId(), HostId: id(), UHostId: id() },
  handle({ UDiskId, ...asked }, scope) {
    const HostId = neededHost(asked);
    scope.put('disk', {
      ...needAttached(scope, UDiskId, HostId),
      status: 'Detaching',
      // Where hosts run, it is theirs to let go of it.
      pending: scope.machines.real
        ? []
        : [{ at: scope.now + scope.timings.detachDisk, set: { status: 'Available', host: '', device: '' } }],
    });
    return { UDiskId, HostId, UHostId: HostId };
  },
});
