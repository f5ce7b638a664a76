import { defineAction } from '../action.js';
import { id, neededId } from '../../params/shared-params.js';
import { checkBandwidth } from '../../model/eip.js';
import { choice, integer, required, someOf, withDefault } from '../../params/param.js';
import { invalid } from '../../params/refusal.js';

export const disassociateEipWithShareBandwidth = defineAction({
  name: 'DisassociateEIPWithShareBandwidth',
  summary: 'Gives public addresses bandwidth of their own again.',
  params: {
    ShareBandwidthId: neededId(),
    EIPIds: someOf(id()),
    Bandwidth: required(integer({ min: 1, max: 10_000 })),
    PayMode: withDefault(choice('Bandwidth', 'Traffic', 'PostAccurateBandwidth'), 'Bandwidth'),
  },
  handle({ ShareBandwidthId, EIPIds, Bandwidth, PayMode }, scope) {
    scope.need('shareBandwidth', ShareBandwidthId);
    checkBandwidth({ PayMode, Bandwidth });
    for (const eipId of EIPIds) {
      const eip = scope.need('eip', eipId);
      if (eip.shareBandwidth !== ShareBandwidthId) throw invalid('EIPIds', `${eipId} does not share ${ShareBandwidthId}`);
      scope.put('eip', { ...eip, shareBandwidth: '', payMode: PayMode, bandwidth: Bandwidth });
    }
  },
});
