import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';

export const deleteNatgwPolicy = defineAction({
  name: 'DeleteNATGWPolicy',
  summary: 'Deletes a port rule of a NAT gateway.',
  params: { NATGWId: neededId(), PolicyId: neededId() },
  handle({ NATGWId, PolicyId }, scope) {
    scope.need('natGateway', NATGWId);
    scope.need('natRule', PolicyId);
    scope.remove('natRule', PolicyId);
  },
});
