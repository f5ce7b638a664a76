import { defineAction } from '../action.js';
import { id, neededId } from '../../params/shared-params.js';
import { someOf } from '../../params/param.js';

export const associateEipWithShareBandwidth = defineAction({
  name: 'AssociateEIPWithShareBandwidth',
  summary: 'Lets public addresses share bandwidth.',
  params: { ShareBandwidthId: neededId(), EIPIds: someOf(id()) },
  handle({ ShareBandwidthId, EIPIds }, scope) {
    const { bandwidth } = scope.need('shareBandwidth', ShareBandwidthId);
    for (const eip of EIPIds)
      scope.put('eip', { ...scope.need('eip', eip), shareBandwidth: ShareBandwidthId, payMode: 'ShareBandwidth', bandwidth });
  },
});
