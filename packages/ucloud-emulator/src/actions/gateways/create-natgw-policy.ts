import { defineAction } from '../action.js';
import { natRuleParams } from '../../model/nat-gateway.js';
import { invalid } from '../../params/refusal.js';

export const createNatgwPolicy = defineAction({
  name: 'CreateNATGWPolicy',
  summary: 'Leads a port of a NAT gateway to a host.',
  params: natRuleParams,
  handle({ NATGWId, PolicyName, Protocol, SrcEIPId, SrcPort, DstIP, DstPort }, scope) {
    scope.need('natGateway', NATGWId);
    if (scope.need('eip', SrcEIPId).resource !== NATGWId) throw invalid('SrcEIPId', `${SrcEIPId} is not bound to ${NATGWId}`);
    const rule = scope.put('natRule', {
      ...scope.create('natRule', { name: PolicyName }),
      ...{ gateway: NATGWId, protocol: Protocol.toUpperCase(), eip: SrcEIPId, fromPort: SrcPort, toIp: DstIP, toPort: DstPort },
    });
    return { PolicyId: rule.id };
  },
});
