import { defineAction } from '../action.js';
import { charge, id, neededId, neededName, paidUntil, remark, tag, zone } from '../../params/shared-params.js';
import { checkCluster } from '../../model/disks/new-disk.js';
import { needSnapshot } from '../../model/snapshot.js';
import { integer, required, withDefault } from '../../params/param.js';
import { checkQuota } from '../../scope/quota.js';

export const cloneUdiskSnapshot = defineAction({
  name: 'CloneUDiskSnapshot',
  summary: 'Creates a data disk from a snapshot, of its size.',
  params: {
    Zone: required(zone()),
    Name: neededName(),
    SourceId: neededId(),
    Size: integer({ min: 1, max: 8000 }),
    Comment: remark(),
    ...charge,
    ChargeType: withDefault(charge.ChargeType, 'Dynamic'),
    Tag: tag(),
    RdmaClusterId: id(),
  },
  handle({ Zone, Name, SourceId, Comment, ChargeType, Quantity, Tag, RdmaClusterId }, scope) {
    checkQuota(scope, 'disk');
    const { type, size } = needSnapshot(SourceId, scope);
    checkCluster({ type, zone: Zone }, RdmaClusterId);
    const disk = scope.put('disk', {
      ...scope.create('disk', { name: Name, tag: Tag, remark: Comment }),
      ...{ zone: Zone, size, type, isBoot: false, host: '', device: '' },
      ...(scope.machines.real ? { status: 'Cloning', source: SourceId } : { status: 'Available' }),
      ...{ chargeType: ChargeType, expires: paidUntil(scope.now, { ChargeType, Quantity }) },
    });
    return { UDiskId: [disk.id] };
  },
});
