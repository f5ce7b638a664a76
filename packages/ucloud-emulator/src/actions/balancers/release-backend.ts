import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';

export const releaseBackend = defineAction({
  name: 'ReleaseBackend',
  summary: 'Takes a host out of a listener.',
  params: { ULBId: neededId(), BackendId: neededId() },
  handle({ ULBId, BackendId }, scope) {
    scope.need('ulb', ULBId);
    scope.need('backend', BackendId);
    scope.remove('backend', BackendId);
  },
});
