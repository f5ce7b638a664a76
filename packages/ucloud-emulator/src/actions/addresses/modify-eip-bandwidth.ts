import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { checkBandwidth } from '../../model/eip.js';
import { integer, required } from '../../params/param.js';

export const modifyEipBandwidth = defineAction({
  name: 'ModifyEIPBandwidth',
  summary: 'Changes the bandwidth of a public address.',
  params: { EIPId: neededId(), Bandwidth: required(integer({ min: 0, max: 10_000 })) },
  handle({ EIPId, Bandwidth }, scope) {
    const eip = scope.need('eip', EIPId);
    checkBandwidth({ PayMode: eip.payMode, Bandwidth });
    scope.put('eip', { ...eip, bandwidth: Bandwidth });
  },
});
