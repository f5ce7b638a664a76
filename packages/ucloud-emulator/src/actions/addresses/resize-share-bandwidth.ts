import { defineAction } from '../action.js';
import { shareBandwidthParam } from '../../model/share-bandwidth.js';
import { neededId } from '../../params/shared-params.js';

export const resizeShareBandwidth = defineAction({
  name: 'ResizeShareBandwidth',
  summary: 'Changes how much there is to share.',
  params: { ShareBandwidthId: neededId(), ShareBandwidth: shareBandwidthParam() },
  handle({ ShareBandwidthId, ShareBandwidth }, scope) {
    scope.put('shareBandwidth', { ...scope.need('shareBandwidth', ShareBandwidthId), bandwidth: ShareBandwidth });
    for (const eip of scope.select('eip', { shareBandwidth: ShareBandwidthId })) scope.put('eip', { ...eip, bandwidth: ShareBandwidth });
  },
});
