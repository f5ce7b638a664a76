import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { showSsl, usersOf } from '../../model/balancers/certificate.js';
import { page, paging } from '../../params/answer-values.js';

export const describeSslV2 = defineAction({
  name: 'DescribeSSLV2',
  summary: 'Lists certificates and the listeners that use them, in the newer shape.',
  params: { SSLId: id(), ...paging },
  handle({ SSLId, ...paged }, scope) {
    const found = scope.named('ssl', SSLId === undefined ? [] : [SSLId]);
    const items = page(found, paged).map((ssl) => ({
      ...showSsl(ssl),
      Relations: usersOf(ssl.id, scope).map((listener) => ({
        ListenerId: listener.id,
        ListenerName: listener.name,
        LoadBalancerId: listener.ulb,
        LoadBalancerName: scope.find('ulb', listener.ulb)?.name ?? '',
        IsDefault: listener.ssls[0] === ssl.id,
      })),
    }));
    return { TotalCount: found.length, DataSet: items };
  },
});
