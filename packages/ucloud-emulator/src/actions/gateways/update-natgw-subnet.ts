import { defineAction } from '../action.js';
import { id, neededId } from '../../params/shared-params.js';
import { checkSubnets } from '../../model/nat-gateway.js';
import { someOf } from '../../params/param.js';

export const updateNatgwSubnet = defineAction({
  name: 'UpdateNATGWSubnet',
  summary: 'Replaces the subnets of a NAT gateway.',
  params: { NATGWId: neededId(), SubnetworkIds: someOf(id(), { max: 100 }) },
  handle({ NATGWId, SubnetworkIds }, scope) {
    const gateway = scope.need('natGateway', NATGWId);
    checkSubnets(scope, gateway.vpc, SubnetworkIds);
    scope.put('natGateway', { ...gateway, subnets: [...new Set(SubnetworkIds)] });
  },
});
