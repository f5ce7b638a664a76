import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { showSsl, usersOf } from '../../model/balancers/certificate.js';
import { page, paging } from '../../params/answer-values.js';

export const describeSsl = defineAction({
  name: 'DescribeSSL',
  summary: 'Lists certificates and the listeners that use them.',
  params: { SSLId: id(), ...paging },
  handle({ SSLId, ...paged }, scope) {
    const found = scope.named('ssl', SSLId === undefined ? [] : [SSLId]);
    const items = page(found, paged).map((ssl) => ({
      ...showSsl(ssl),
      BindedTargetSet: usersOf(ssl.id, scope).map(({ id: listener, name, ulb }) => ({
        VServerId: listener,
        VServerName: name,
        ULBId: ulb,
        ULBName: scope.find('ulb', ulb)?.name ?? '',
      })),
    }));
    return { TotalCount: found.length, DataSet: items };
  },
});
