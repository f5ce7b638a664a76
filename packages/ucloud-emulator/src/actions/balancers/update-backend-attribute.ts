import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { integer } from '../../params/param.js';

export const updateBackendAttribute = defineAction({
  name: 'UpdateBackendAttribute',
  summary: 'Changes the port of a backend.',
  params: { ULBId: neededId(), BackendId: neededId(), Port: integer({ min: 1, max: 65_535 }) },
  handle({ ULBId, BackendId, Port }, scope) {
    scope.need('ulb', ULBId);
    const backend = scope.need('backend', BackendId);
    scope.put('backend', { ...backend, port: Port ?? backend.port });
  },
});
