import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { checkBandwidth } from '../../model/eip.js';
import { integer, required } from '../../params/param.js';
import { eipByMonth, forPeriod } from '../../scope/prices.js';

export const getEipUpgradePrice = defineAction({
  name: 'GetEIPUpgradePrice',
  summary: 'What a public address would cost more, or less, with another bandwidth. Made-up prices.',
  params: { EIPId: neededId(), Bandwidth: required(integer({ min: 0, max: 10_000 })) },
  handle({ EIPId, Bandwidth }, scope) {
    const { payMode: PayMode, bandwidth, chargeType } = scope.need('eip', EIPId);
    checkBandwidth({ PayMode, Bandwidth });
    const monthly = (mbps: number): number => eipByMonth(scope.catalogue.prices, { PayMode, Bandwidth: mbps });
    return { Price: forPeriod(monthly(Bandwidth) - monthly(bandwidth), chargeType) };
  },
});
