import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { page, paging } from '../../params/answer-values.js';

export const describeNatgwPolicy = defineAction({
  name: 'DescribeNATGWPolicy',
  summary: 'Lists the port rules of a NAT gateway.',
  params: { NATGWId: neededId(), ...paging },
  handle({ NATGWId, ...paged }, scope) {
    const found = scope.find('natGateway', NATGWId) ? scope.owned('natRule', NATGWId) : [];
    const items = page(found, paged).map((rule) => ({
      PolicyId: rule.id,
      PolicyName: rule.name,
      NATGWId,
      Protocol: rule.protocol,
      SrcEIPId: rule.eip,
      SrcEIP: scope.find('eip', rule.eip)?.ip ?? '',
      SrcPort: rule.fromPort,
      DstIP: rule.toIp,
      DstPort: rule.toPort,
    }));
    return { TotalCount: found.length, DataSet: items };
  },
});
