import { defineAction } from '../action.js';
import { neededId } from '../../params/given.js';
import { checkListener, listenerParams, needListener } from '../../model/load-balancer.js';

export const updateVserverAttribute = defineAction({
  name: 'UpdateVServerAttribute',
  summary: 'Changes a listener.',
  params: { ULBId: neededId(), VServerId: neededId(), ...listenerParams },
  handle({ ULBId, VServerId, ...given }, scope) {
    const listener = needListener(scope, { ULBId, VServerId });
    const changed = {
      ...listener,
      name: given.VServerName ?? listener.name,
      method: given.Method ?? listener.method,
      persistenceType: given.PersistenceType ?? listener.persistenceType,
      persistenceInfo: given.PersistenceInfo ?? listener.persistenceInfo,
      clientTimeout: given.ClientTimeout ?? listener.clientTimeout,
      monitorType: given.MonitorType ?? listener.monitorType,
      domain: given.Domain ?? listener.domain,
      path: given.Path ?? listener.path,
    };
    checkListener(changed);
    scope.put('listener', changed);
  },
});
