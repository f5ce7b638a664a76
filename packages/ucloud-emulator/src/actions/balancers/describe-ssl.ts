import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import type { Scope } from '../../scope/scope.js';
import { inSeconds, page, paging } from '../../params/answer-values.js';

export const describeSsl = defineAction({
  name: 'DescribeSSL',
  summary: 'Lists certificates and the listeners that use them.',
  params: { SSLId: id(), ...paging },
  handle({ SSLId, ...paged }, scope) {
    const found = scope.list('ssl').filter((ssl) => (SSLId ?? ssl.id) === ssl.id);
    const items = page(found, paged).map((ssl) => ({
      SSLId: ssl.id,
      SSLName: ssl.name,
      SSLType: 'Pem',
      SSLContent: '',
      HashValue: ssl.content,
      CreateTime: inSeconds(ssl.created),
      BindedTargetSet: usersOf(ssl.id, scope),
    }));
    return { TotalCount: found.length, DataSet: items };
  },
});

function usersOf(ssl: string, scope: Scope): object[] {
  const listeners = scope.list('listener').filter(({ ssls }) => ssls.includes(ssl));
  return listeners.map(({ id: listener, name, ulb }) => ({
    VServerId: listener,
    VServerName: name,
    ULBId: ulb,
    ULBName: scope.find('ulb', ulb)?.name ?? '',
  }));
}
