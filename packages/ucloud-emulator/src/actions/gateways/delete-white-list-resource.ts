import { defineAction } from '../action.js';
import { id, neededId } from '../../params/shared-params.js';
import { someOf } from '../../params/param.js';

export const deleteWhiteListResource = defineAction({
  name: 'DeleteWhiteListResource',
  summary: 'Takes hosts from the white list of a NAT gateway.',
  params: { NATGWId: neededId(), ResourceIds: someOf(id()) },
  handle({ NATGWId, ResourceIds }, scope) {
    const gateway = scope.need('natGateway', NATGWId);
    scope.put('natGateway', { ...gateway, whiteList: gateway.whiteList.filter((resource) => !ResourceIds.includes(resource)) });
  },
});
