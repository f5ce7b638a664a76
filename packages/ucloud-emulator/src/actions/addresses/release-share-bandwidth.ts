import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { checkBandwidth } from '../../model/eip.js';
import { choice, integer, required, withDefault } from '../../params/param.js';

export const releaseShareBandwidth = defineAction({
  name: 'ReleaseShareBandwidth',
  summary: 'Gives shared bandwidth back; its addresses go on with their own.',
  params: {
    ShareBandwidthId: neededId(),
    EIPBandwidth: required(integer({ min: 1, max: 10_000 })),
    PayMode: withDefault(choice('Bandwidth', 'Traffic'), 'Bandwidth'),
  },
  handle({ ShareBandwidthId, EIPBandwidth, PayMode }, scope) {
    scope.need('shareBandwidth', ShareBandwidthId);
    checkBandwidth({ PayMode, Bandwidth: EIPBandwidth });
    for (const eip of scope.select('eip', { shareBandwidth: ShareBandwidthId })) {
      scope.put('eip', { ...eip, shareBandwidth: '', payMode: PayMode, bandwidth: EIPBandwidth });
    }
    scope.remove('shareBandwidth', ShareBandwidthId);
  },
});
