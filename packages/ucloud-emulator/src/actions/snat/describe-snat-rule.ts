import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { snatFilter, subnetOf } from '../../model/networks/snat-rule.js';
import { page, paging } from '../../params/answer-values.js';

export const describeSnatRule = defineAction({
  name: 'DescribeSnatRule',
  summary: 'Lists through which addresses of a NAT gateway hosts go out.',
  params: { NATGWId: neededId(), ...snatFilter, ...paging },
  handle({ NATGWId, SourceIp, SnatIp, ...paged }, scope) {
    const gateway = scope.find('natGateway', NATGWId);
    const found = gateway ? scope.among(scope.owned('snatRule', NATGWId), { sourceIp: SourceIp, snatIp: SnatIp }) : [];
    const items = page(found, paged).map(({ name, sourceIp, snatIp }) => ({
      ...{ Name: name, SourceIp: sourceIp, SnatIp: snatIp, SubnetworkId: (gateway && subnetOf(scope, gateway, sourceIp)) ?? '' },
    }));
    return { TotalCount: found.length, DataSet: items };
  },
});
