import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { needListener } from '../../model/load-balancer.js';
import { invalid } from '../../params/refusal.js';

export const bindSsl = defineAction({
  name: 'BindSSL',
  summary: 'Gives a certificate to an HTTPS listener.',
  params: { SSLId: neededId(), ULBId: neededId(), VServerId: neededId() },
  handle({ SSLId, ...asked }, scope) {
    scope.need('ssl', SSLId);
    const listener = needListener(scope, asked);
    if (listener.protocol !== 'HTTPS') throw invalid('VServerId', `${listener.id} speaks ${listener.protocol}`);
    scope.put('listener', { ...listener, ssls: [...new Set([...listener.ssls, SSLId])] });
  },
});
