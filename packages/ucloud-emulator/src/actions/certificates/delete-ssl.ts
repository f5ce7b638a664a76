import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const deleteSsl = defineAction({
  name: 'DeleteSSL',
  summary: 'Deletes a certificate that no listener uses.',
  params: { SSLId: neededId() },
  handle({ SSLId }, scope) {
    scope.need('ssl', SSLId);
    const user = scope.list('listener').find(({ ssls }) => ssls.includes(SSLId));
    if (user) throw new Refusal(retCodes.inUse, `SSL [${SSLId}] is in use by [${user.id}]`);
    scope.remove('ssl', SSLId);
  },
});
