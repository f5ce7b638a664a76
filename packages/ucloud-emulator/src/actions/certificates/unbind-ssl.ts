import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { needListener } from '../../model/load-balancer.js';
import { invalid } from '../../params/refusal.js';

export const unbindSsl = defineAction({
  name: 'UnbindSSL',
  summary: 'Takes a certificate from a listener.',
  params: { SSLId: neededId(), ULBId: neededId(), VServerId: neededId() },
  handle({ SSLId, ...asked }, scope) {
    const listener = needListener(scope, asked);
    if (!listener.ssls.includes(SSLId)) throw invalid('SSLId', `${SSLId} is not bound to ${listener.id}`);
    scope.put('listener', { ...listener, ssls: listener.ssls.filter((id) => id !== SSLId) });
  },
});
