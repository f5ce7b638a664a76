import { defineAction } from '../action.js';
import { neededId, neededName } from '../../params/shared-params.js';

export const updateSslAttribute = defineAction({
  name: 'UpdateSSLAttribute',
  summary: 'Changes the name of a certificate.',
  params: { SSLId: neededId(), SSLName: neededName() },
  handle({ SSLId, SSLName }, scope) {
    scope.put('ssl', { ...scope.need('ssl', SSLId), name: SSLName });
  },
});
