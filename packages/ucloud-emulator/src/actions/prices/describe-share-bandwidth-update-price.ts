import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { shareBandwidthParam } from '../../model/share-bandwidth.js';
import { forPeriod } from '../../scope/prices.js';

export const describeShareBandwidthUpdatePrice = defineAction({
  name: 'DescribeShareBandwidthUpdatePrice',
  summary: 'What shared bandwidth would cost more, or less, if there were so much of it. Made-up prices.',
  params: { ShareBandwidthId: neededId(), ShareBandwidth: shareBandwidthParam() },
  handle({ ShareBandwidthId, ShareBandwidth }, scope) {
    const { bandwidth, chargeType } = scope.need('shareBandwidth', ShareBandwidthId);
    return { Price: forPeriod((ShareBandwidth - bandwidth) * scope.catalogue.prices.mbps, chargeType) };
  },
});
