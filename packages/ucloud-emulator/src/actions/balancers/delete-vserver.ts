import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { needListener, removeListener } from '../../model/load-balancer.js';

export const deleteVserver = defineAction({
  name: 'DeleteVServer',
  summary: 'Deletes a listener with its backends and rules.',
  params: { ULBId: neededId(), VServerId: neededId() },
  handle: (asked, scope) => removeListener(scope, needListener(scope, asked)),
});
