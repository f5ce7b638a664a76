import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { addBackend, backendParams } from '../../model/balancers/backend.js';
import { needListener } from '../../model/load-balancer.js';

export const allocateBackend = defineAction({
  name: 'AllocateBackend',
  summary: 'Adds a host to a listener.',
  params: { ULBId: neededId(), VServerId: neededId(), ...backendParams },
  handle: (asked, scope) => ({ BackendId: addBackend(scope, needListener(scope, asked), asked).id }),
});
