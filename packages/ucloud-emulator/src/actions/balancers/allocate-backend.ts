import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { needListener } from '../../model/load-balancer.js';
import { choice, integer, required, withDefault } from '../../params/param.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const allocateBackend = defineAction({
  name: 'AllocateBackend',
  summary: 'Adds a host to a listener.',
  params: {
    ULBId: neededId(),
    VServerId: neededId(),
    ResourceType: required(choice('UHost')),
    ResourceId: neededId(),
    Port: withDefault(integer({ min: 1, max: 65_535 }), 80),
    Enabled: integer({ min: 0, max: 1 }),
  },
  handle({ ResourceType, ResourceId, Port, ...asked }, scope) {
    const listener = needListener(scope, asked);
    scope.need('host', ResourceId);
    const present = scope.owned('backend', listener.id).some((backend) => backend.resource === ResourceId && backend.port === Port);
    if (present) throw new Refusal(retCodes.backendPresent, `[${ResourceId}] port ${Port} is a backend of [${listener.id}] already`);
    if (listener.listenType === 'PacketsTransmit' && Port !== listener.port)
      throw new Refusal(retCodes.backendPortDiffers, `With PacketsTransmit the port must be that of the listener, ${listener.port}`);
    const backend = scope.put('backend', {
      ...scope.create('backend'),
      ulb: listener.ulb,
      listener: listener.id,
      resourceType: ResourceType,
      resource: ResourceId,
      port: Port,
    });
    return { BackendId: backend.id };
  },
});
