import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { natRuleParams } from '../../model/nat-gateway.js';

export const updateNatgwPolicy = defineAction({
  name: 'UpdateNATGWPolicy',
  summary: 'Changes a port rule of a NAT gateway.',
  params: { ...natRuleParams, PolicyId: neededId() },
  handle({ NATGWId, PolicyId, PolicyName, Protocol, SrcEIPId, SrcPort, DstIP, DstPort }, scope) {
    scope.need('natGateway', NATGWId);
    scope.need('eip', SrcEIPId);
    const rule = scope.need('natRule', PolicyId);
    scope.put('natRule', {
      ...rule,
      name: PolicyName ?? rule.name,
      protocol: Protocol.toUpperCase(),
      eip: SrcEIPId,
      fromPort: SrcPort,
      toIp: DstIP,
      toPort: DstPort,
    });
  },
});
