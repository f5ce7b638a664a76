import { defineAction } from '../action.js';
import { id, neededId } from '../../params/shared-params.js';

export const deletePolicy = defineAction({
  name: 'DeletePolicy',
  summary: 'Deletes a rule of a listener.',
  params: { PolicyId: neededId(), VServerId: id() },
  handle({ PolicyId }, scope) {
    scope.need('lbRule', PolicyId);
    scope.remove('lbRule', PolicyId);
  },
});
