import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { checkBandwidth } from '../../model/eip.js';
import { choice, integer, required } from '../../params/param.js';

export const setEipPayMode = defineAction({
  name: 'SetEIPPayMode',
  summary: 'Changes how a public address is charged.',
  params: {
    EIPId: neededId(),
    PayMode: required(choice('Bandwidth', 'Traffic', 'PostAccurateBandwidth')),
    Bandwidth: required(integer({ min: 0, max: 10_000 })),
  },
  handle({ EIPId, PayMode, Bandwidth }, scope) {
    const eip = scope.need('eip', EIPId);
    checkBandwidth({ PayMode, Bandwidth });
    scope.put('eip', { ...eip, payMode: PayMode, bandwidth: Bandwidth });
  },
});
