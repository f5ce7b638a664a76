import { defineAction } from '../action.js';
import { shareBandwidthParam } from '../../model/share-bandwidth.js';
import { charge, neededName, paidUntil, tag } from '../../params/shared-params.js';
import { text } from '../../params/param.js';

export const allocateShareBandwidth = defineAction({
  name: 'AllocateShareBandwidth',
  summary: 'Buys bandwidth that public addresses share.',
  params: {
    Name: neededName(),
    ShareBandwidth: shareBandwidthParam(),
    ...charge,
    Tag: tag(),
    OperatorName: text({ max: 30 }),
  },
  handle({ Name, ShareBandwidth, ChargeType, Quantity, Tag }, scope) {
    const expires = paidUntil(scope.now, { ChargeType, Quantity });
    const share = scope.put('shareBandwidth', {
      ...scope.create('shareBandwidth', { name: Name, tag: Tag }),
      bandwidth: ShareBandwidth,
      chargeType: ChargeType,
      expires,
    });
    return { ShareBandwidthId: share.id };
  },
});
