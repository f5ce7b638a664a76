import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { monthlyPriceOf } from '../../model/hosts/host-price.js';
import { integer } from '../../params/param.js';
import { forPeriod } from '../../scope/prices.js';

export const getUhostUpgradePrice = defineAction({
  name: 'GetUHostUpgradePrice',
  summary: 'What a host would cost more, or less, with another size. Made-up prices.',
  params: {
    UHostId: neededId(),
    CPU: integer({ min: 1, max: 240 }),
    Memory: integer({ min: 1024, max: 1_048_576, step: 1024 }),
    Zone: zone(),
  },
  handle({ UHostId, CPU, Memory }, scope) {
    const host = scope.need('host', UHostId);
    const more = monthlyPriceOf(host, scope, { CPU, Memory }) - monthlyPriceOf(host, scope);
    return { Price: forPeriod(more, host.chargeType), OriginalPrice: forPeriod(more, host.chargeType) };
  },
});
