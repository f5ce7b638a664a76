import { defineAction } from '../action.js';
import { id, neededId, neededName, remark, tag } from '../../params/shared-params.js';
import { bindEip } from '../../model/eip.js';
import { checkSubnets } from '../../model/nat-gateway.js';
import { placeInNetwork } from '../../model/vpc.js';
import { integer, list, someOf, withDefault } from '../../params/param.js';

export const createNatgw = defineAction({
  name: 'CreateNATGW',
  summary: 'Creates a NAT gateway: subnets reach the outside through its public addresses.',
  params: {
    NATGWName: neededName(),
    FirewallId: neededId(),
    SubnetworkIds: someOf(id(), { max: 100 }),
    EIPIds: list(id(), { max: 10 }),
    VPCId: id(),
    IfOpen: withDefault(integer({ min: 0, max: 1 }), 0),
    Tag: tag(),
    Remark: remark(),
  },
  handle({ NATGWName, FirewallId, SubnetworkIds, EIPIds, VPCId, IfOpen, Tag, Remark }, scope) {
    const { vpc } = placeInNetwork(scope, { VPCId, SubnetId: SubnetworkIds[0] });
    checkSubnets(scope, vpc.id, SubnetworkIds);
    const gateway = scope.put('natGateway', {
      ...scope.create('natGateway', { name: NATGWName, tag: Tag, remark: Remark }),
      vpc: vpc.id,
      subnets: [...new Set(SubnetworkIds)],
      firewall: scope.need('firewall', FirewallId).id,
      whiteListOpen: IfOpen === 1,
      whiteList: [],
    });
    for (const eip of EIPIds) bindEip(scope, scope.need('eip', eip), { type: 'natgw', id: gateway.id });
    return { NATGWId: gateway.id };
  },
});
