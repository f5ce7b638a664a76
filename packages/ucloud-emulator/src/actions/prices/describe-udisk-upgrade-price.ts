import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { checkLarger } from '../../model/disk.js';
import { integer, required } from '../../params/param.js';
import { diskByMonth, forPeriod } from '../../scope/prices.js';

export const describeUdiskUpgradePrice = defineAction({
  name: 'DescribeUDiskUpgradePrice',
  summary: 'What a disk would cost more if it were larger, in cents. Made-up prices.',
  params: { Zone: required(zone()), SourceId: neededId(), Size: required(integer({ min: 1, max: 32_000 })) },
  handle({ SourceId, Size }, scope) {
    const disk = scope.need('disk', SourceId);
    checkLarger(disk, Size);
    const more = diskByMonth(scope.catalogue.prices, { Type: disk.type, Size: Size - disk.size });
    const cents = Math.ceil(forPeriod(more, disk.chargeType) * 100);
    return { Price: cents, OriginalPrice: cents };
  },
});
