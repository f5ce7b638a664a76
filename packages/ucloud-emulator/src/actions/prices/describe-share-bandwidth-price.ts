import { defineAction } from '../action.js';
import { shareBandwidthParam } from '../../model/share-bandwidth.js';
import { choice, integer, required, text, withDefault } from '../../params/param.js';
import { forPeriod } from '../../scope/prices.js';

export const describeShareBandwidthPrice = defineAction({
  name: 'DescribeShareBandwidthPrice',
  summary: 'What bandwidth to share would cost. Made-up prices.',
  params: {
    ShareBandwidth: shareBandwidthParam(),
    ChargeType: required(choice('Year', 'Month', 'Dynamic', 'Trial')),
    Quantity: withDefault(integer({ min: 0, max: 100 }), 1),
    OperatorName: text({ max: 30 }),
  },
  handle: ({ ShareBandwidth, ChargeType, Quantity }, { catalogue }) => ({
    TotalPrice: Math.ceil(forPeriod(ShareBandwidth * catalogue.prices.mbps, ChargeType) * Math.max(1, Quantity)),
  }),
});
