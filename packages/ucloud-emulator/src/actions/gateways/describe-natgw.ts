import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { showGateway } from '../../model/nat-gateway.js';
import { list } from '../../params/param.js';
import { page, paging } from '../../params/answer-values.js';

export const describeNatgw = defineAction({
  name: 'DescribeNATGW',
  summary: 'Lists NAT gateways.',
  params: { NATGWIds: list(id()), ...paging },
  handle({ NATGWIds, ...paged }, scope) {
    const found = scope.list('natGateway').filter((gateway) => NATGWIds.length === 0 || NATGWIds.includes(gateway.id));
    return { TotalCount: found.length, DataSet: page(found, paged).map((gateway) => showGateway(gateway, scope)) };
  },
});
