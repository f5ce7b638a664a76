import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { monthlyPriceOf } from '../../model/hosts/host-price.js';
import { choice, required } from '../../params/param.js';
import { forPeriod } from '../../scope/prices.js';

export const getUhostRenewPrice = defineAction({
  name: 'GetUHostRenewPrice',
  summary: 'What a host would cost for one more period. Made-up prices.',
  params: { UHostId: neededId(), ChargeType: required(choice('Year', 'Month', 'Dynamic')) },
  handle({ UHostId, ChargeType }, scope) {
    const price = forPeriod(monthlyPriceOf(scope.need('host', UHostId), scope), ChargeType);
    return { PriceSet: [{ ChargeType, Price: price, OriginalPrice: price }] };
  },
});
