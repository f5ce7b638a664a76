import { defineAction } from '../action.js';
import { id, neededId, zone } from '../../params/shared-params.js';
import { required } from '../../params/param.js';
import { missing, Refusal, retCodes } from '../../params/refusal.js';

export const detachUdisk = defineAction({
  name: 'DetachUDisk',
  summary: 'Detaches a data disk.',
  params: { Zone: required(zone()), UDiskId: neededId(), HostId: id(), UHostId: id() },
  handle({ UDiskId, ...asked }, scope) {
    const hostId = asked.HostId ?? asked.UHostId;
    if (hostId === undefined) throw missing('HostId');
    const disk = scope.need('disk', UDiskId);
    if (disk.host !== hostId || disk.isBoot)
      throw new Refusal(retCodes.diskDetachFailed, `UDisk [${UDiskId}] can not be detached from [${hostId}]`);
    if (disk.status === 'Detaching') throw new Refusal(retCodes.diskDetaching, `UDisk [${UDiskId}] is being detached`);
    scope.put('disk', {
      ...disk,
      status: 'Detaching',
      // Where hosts run, it is theirs to let go of it.
      pending: scope.machines.real
        ? []
        : [{ at: scope.now + scope.timings.detachDisk, set: { status: 'Available', host: '', device: '' } }],
    });
    return { UDiskId, HostId: hostId, UHostId: hostId };
  },
});
