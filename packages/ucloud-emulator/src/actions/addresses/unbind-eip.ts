import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { unbindEip as unbind } from '../../model/eip.js';
import { required, text } from '../../params/param.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const unbindEip = defineAction({
  name: 'UnBindEIP',
  summary: 'Frees a public address.',
  params: { EIPId: neededId(), ResourceType: required(text({ min: 1, max: 30, example: 'uhost' })), ResourceId: neededId() },
  handle({ EIPId, ResourceId }, scope) {
    const eip = scope.need('eip', EIPId);
    if (eip.resource !== ResourceId) throw new Refusal(retCodes.eipUnbound, `EIP [${EIPId}] is not bound to [${ResourceId}]`);
    unbind(scope, eip);
  },
});
