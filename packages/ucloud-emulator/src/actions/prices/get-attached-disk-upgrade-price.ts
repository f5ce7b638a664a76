import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { needDiskOf } from '../../model/host-disks.js';
import { integer, required } from '../../params/param.js';
import { diskByMonth, forPeriod } from '../../scope/prices.js';

export const getAttachedDiskUpgradePrice = defineAction({
  name: 'GetAttachedDiskUpgradePrice',
  summary: 'What a disk of a host would cost more if it were larger. Made-up prices.',
  params: { UHostId: neededId(), DiskId: neededId(), DiskSpace: required(integer({ min: 10, max: 32_000 })), Zone: zone() },
  handle({ UHostId, DiskId, DiskSpace }, scope) {
    const host = scope.need('host', UHostId);
    const { type, size } = needDiskOf(host, DiskId, { scope, space: DiskSpace });
    const price = forPeriod(diskByMonth(scope.catalogue.prices, { Type: type, Size: DiskSpace - size }), host.chargeType);
    const detail = { UDisk: price, Snapshot: 0 };
    return {
      ...{ Price: price, OriginalPrice: price, ListPrice: price },
      ...{ PriceDetail: detail, OriginalPriceDetail: detail, ListPriceDetail: detail },
    };
  },
});
