import { defineAction } from '../action.js';
import { charge, id, neededName, paidUntil, tag, zone } from '../../params/shared-params.js';
import { checkSize, diskTypes, hostSpelling } from '../../model/disk.js';
import { choice, integer, required, withDefault } from '../../params/param.js';
import { checkQuota } from '../../scope/quota.js';

export const createUdisk = defineAction({
  name: 'CreateUDisk',
  summary: 'Creates a data disk.',
  params: {
    Zone: required(zone()),
    Size: required(integer({ min: 1, max: 32_000 })),
    Name: neededName(),
    DiskType: withDefault(choice(...diskTypes), 'DataDisk'),
    ...charge,
    ChargeType: withDefault(charge.ChargeType, 'Dynamic'),
    Tag: tag(),
    RdmaClusterId: id(),
  },
  handle({ Zone, Size, Name, DiskType, ChargeType, Quantity, Tag }, scope) {
    const type = hostSpelling(DiskType);
    checkSize(type, Size);
    checkQuota(scope, 'disk');
    const disk = scope.put('disk', {
      ...scope.create('disk', { name: Name, tag: Tag }),
      ...{ zone: Zone, size: Size, type, isBoot: false, status: 'Available', host: '', device: '' },
      ...{ chargeType: ChargeType, expires: paidUntil(scope.now, { ChargeType, Quantity }) },
    });
    return { UDiskId: [disk.id] };
  },
});
