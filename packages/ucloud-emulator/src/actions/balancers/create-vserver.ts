import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { policyFor } from '../../model/balancers/security-policy.js';
import { checkListener, listenerParams } from '../../model/load-balancer.js';
import { choice, integer, required, withDefault } from '../../params/param.js';
import { Refusal, retCodes } from '../../params/refusal.js';

const DEFAULT_TIMEOUT = 60;

export const createVserver = defineAction({
  name: 'CreateVServer',
  summary: 'Creates a listener of a load balancer.',
  params: {
    ULBId: neededId(),
    Protocol: withDefault(choice('HTTP', 'HTTPS', 'TCP', 'UDP'), 'HTTP'),
    FrontendPort: required(integer({ min: 1, max: 65_535 })),
    ListenType: choice('RequestProxy', 'PacketsTransmit'),
    ...listenerParams,
  },
  handle({ ULBId, Protocol, FrontendPort, ListenType, ...asked }, scope) {
    const ulb = scope.need('ulb', ULBId);
    const neighbours = scope.owned('listener', ULBId);
    // UDP and TCP have ports of their own.
    if (neighbours.some(({ port, protocol }) => port === FrontendPort && (protocol === 'UDP') === (Protocol === 'UDP')))
      throw new Refusal(retCodes.portTaken, `Port ${FrontendPort} of [${ULBId}] is taken`);
    const record = {
      ...scope.create('listener', { name: asked.VServerName ?? 'VServer' }),
      ulb: ULBId,
      protocol: Protocol,
      port: FrontendPort,
      listenType: ListenType ?? ulb.listenType,
      method: asked.Method ?? 'Roundrobin',
      persistenceType: asked.PersistenceType ?? 'None',
      persistenceInfo: asked.PersistenceInfo ?? '',
      clientTimeout: asked.ClientTimeout ?? DEFAULT_TIMEOUT,
      monitorType: asked.MonitorType ?? 'Port',
      domain: asked.Domain ?? '',
      path: asked.Path ?? '',
      ssls: [],
      ...policyFor(scope, Protocol, asked.SecurityPolicyId),
    };
    checkListener(record);
    return { VServerId: scope.put('listener', record).id };
  },
});
