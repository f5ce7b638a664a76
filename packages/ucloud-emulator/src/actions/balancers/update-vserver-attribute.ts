import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { policyFor } from '../../model/balancers/security-policy.js';
import { checkListener, listenerParams, needListener } from '../../model/load-balancer.js';

export const updateVserverAttribute = defineAction({
  name: 'UpdateVServerAttribute',
  summary: 'Changes a listener.',
  params: { ULBId: neededId(), VServerId: neededId(), ...listenerParams },
  handle({ ULBId, VServerId, ...asked }, scope) {
    const listener = needListener(scope, { ULBId, VServerId });
    const changed = {
      ...listener,
      name: asked.VServerName ?? listener.name,
      method: asked.Method ?? listener.method,
      persistenceType: asked.PersistenceType ?? listener.persistenceType,
      persistenceInfo: asked.PersistenceInfo ?? listener.persistenceInfo,
      clientTimeout: asked.ClientTimeout ?? listener.clientTimeout,
      monitorType: asked.MonitorType ?? listener.monitorType,
      domain: asked.Domain ?? listener.domain,
      path: asked.Path ?? listener.path,
      ...policyFor(scope, listener.protocol, asked.SecurityPolicyId),
    };
    checkListener(changed);
    scope.put('listener', changed);
  },
});
