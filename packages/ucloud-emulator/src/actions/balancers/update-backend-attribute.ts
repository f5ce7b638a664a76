import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { backendAttributes, changeBackend, needBackend } from '../../model/balancers/backend.js';

export const updateBackendAttribute = defineAction({
  name: 'UpdateBackendAttribute',
  summary: 'Changes the port or weight of a backend, or whether it is used.',
  params: { ULBId: neededId(), BackendId: neededId(), ...backendAttributes },
  handle({ ULBId, BackendId, ...asked }, scope) {
    scope.need('ulb', ULBId);
    changeBackend(scope, needBackend(scope, ULBId, BackendId), asked);
  },
});
