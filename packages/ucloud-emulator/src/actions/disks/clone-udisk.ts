import { defineAction } from '../action.js';
import { charge, id, neededId, neededName, paidUntil, remark, tag, zone } from '../../params/shared-params.js';
import { placeIn } from '../../model/disks/attach-disk.js';
import { checkSize, needWholeDisk } from '../../model/disk.js';
import { checkCluster } from '../../model/disks/new-disk.js';
import { integer, required, withDefault } from '../../params/param.js';
import { Refusal, retCodes } from '../../params/refusal.js';
import { checkQuota } from '../../scope/quota.js';

export const cloneUdisk = defineAction({
  name: 'CloneUDisk',
  summary: 'Makes a data disk with what is on another one. It takes a while, then it is there, or in the host that was named.',
  params: {
    Zone: required(zone()),
    Name: neededName(),
    SourceId: neededId(),
    Size: withDefault(integer({ min: 0, max: 32_000 }), 0),
    Comment: remark(),
    ...charge,
    Tag: tag(),
    RdmaClusterId: id(),
    HostId: id(),
  },
  handle({ Zone, Name, SourceId, Size, Comment, ChargeType, Quantity, Tag, RdmaClusterId, HostId }, scope) {
    const { type, size } = needWholeDisk(SourceId, scope);
    // Its files can be in use: a snapshot is taken with the host that has them.
    if (scope.machines.real)
      throw new Refusal(retCodes.notWithMachines, `UDisk [${SourceId}] is on this computer: CreateUDiskSnapshot, then CloneUDiskSnapshot`);
    // As UCloud has it: a size that is too small is that of the source.
    const wanted = Math.max(Size, size);
    checkSize(type, wanted);
    checkCluster({ type, zone: Zone }, RdmaClusterId);
    checkQuota(scope, 'disk');
    const place = HostId === undefined ? { host: '', device: '' } : placeIn(scope, HostId);
    const disk = scope.put('disk', {
      ...scope.create('disk', { name: Name, tag: Tag, remark: Comment }),
      ...{ zone: Zone, size: wanted, type, isBoot: false, ...place },
      ...{ chargeType: ChargeType, expires: paidUntil(scope.now, { ChargeType, Quantity }) },
      status: 'Cloning',
      pending: [{ at: scope.now + scope.timings.makeSnapshot, set: { status: HostId === undefined ? 'Available' : 'InUse' } }],
    });
    return { UDiskId: [disk.id] };
  },
});
