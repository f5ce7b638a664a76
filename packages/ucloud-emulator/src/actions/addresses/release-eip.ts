import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { isFree, removeEip } from '../../model/eip.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const releaseEip = defineAction({
  name: 'ReleaseEIP',
  summary: 'Gives a free public address back.',
  params: { EIPId: neededId() },
  handle({ EIPId }, scope) {
    const eip = scope.need('eip', EIPId);
    if (!isFree(eip)) throw new Refusal(retCodes.eipInUse, `EIP [${EIPId}] is in use by [${eip.resource}]`);
    removeEip(scope, EIPId);
  },
});
