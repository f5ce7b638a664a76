import { defineAction } from '../action.js';
import { id, neededId } from '../../params/shared-params.js';
import { someOf } from '../../params/param.js';

export const addWhiteListResource = defineAction({
  name: 'AddWhiteListResource',
  summary: 'Adds hosts to the white list of a NAT gateway.',
  params: { NATGWId: neededId(), ResourceIds: someOf(id()) },
  handle({ NATGWId, ResourceIds }, scope) {
    const gateway = scope.need('natGateway', NATGWId);
    for (const host of ResourceIds) scope.need('host', host);
    scope.put('natGateway', { ...gateway, whiteList: [...new Set([...gateway.whiteList, ...ResourceIds])] });
  },
});
