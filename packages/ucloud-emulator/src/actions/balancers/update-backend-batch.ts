import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { backendAttributes, changeBackend, needBackend } from '../../model/balancers/backend.js';
import { object, someOf } from '../../params/param.js';
import { Refusal } from '../../params/refusal.js';

export const updateBackendBatch = defineAction({
  name: 'UpdateBackendBatch',
  summary: 'Changes backends of a load balancer. Each is changed or refused by itself, and the answer says which.',
  params: { ULBId: neededId(), Attributes: someOf(object({ BackendId: neededId(), ...backendAttributes }), { max: 100 }) },
  handle({ ULBId, Attributes }, scope) {
    scope.need('ulb', ULBId);
    const change = ({ BackendId, ...asked }: (typeof Attributes)[number] & object): object => {
      try {
        changeBackend(scope, needBackend(scope, ULBId, BackendId), asked);
        return { BackendId, SubRetCode: 0, SubMessage: '' };
      } catch (error) {
        if (error instanceof Refusal) return { BackendId, SubRetCode: error.retCode, SubMessage: error.message };
        throw error;
      }
    };
    return { BackendSet: Attributes.filter((one) => one !== undefined).map(change) };
  },
});
