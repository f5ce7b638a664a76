import { defineAction } from '../action.js';
import { paidUntil } from '../../params/shared-params.js';
import { eipParams } from '../../model/eip.js';
import { choice, integer, withDefault } from '../../params/param.js';
import { eipByMonth, forPeriod, pricedPeriods } from '../../scope/prices.js';
import { inSeconds } from '../../params/answer-values.js';

export const getEipPrice = defineAction({
  name: 'GetEIPPrice',
  summary: 'What a public address would cost. Made-up prices.',
  params: {
    ...eipParams,
    ChargeType: choice('Year', 'Month', 'Dynamic', 'Trial'),
    Quantity: withDefault(integer({ min: 0, max: 100 }), 1),
  },
  handle({ Bandwidth, PayMode, ChargeType, Quantity }, scope) {
    const monthly = eipByMonth(scope.catalogue.prices, { Bandwidth, PayMode }) * Math.max(1, Quantity);
    const periods = ChargeType === undefined ? pricedPeriods : [ChargeType];
    const price = (period: string) => ({
      Price: forPeriod(monthly, period),
      OriginalPrice: forPeriod(monthly, period),
      PurchaseValue: inSeconds(paidUntil(scope.now, { ChargeType: period, Quantity })),
    });
    return { PriceSet: periods.map((period) => ({ ChargeType: period, ...price(period) })) };
  },
});
