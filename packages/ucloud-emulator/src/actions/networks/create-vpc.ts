import { defineAction } from '../action.js';
import { neededName, remark, tag } from '../../params/shared-params.js';
import { checkNetworks, defaultRouteTable } from '../../model/vpc.js';
import { someOf, text } from '../../params/param.js';
import { checkQuota } from '../../scope/quota.js';

export const createVpc = defineAction({
  name: 'CreateVPC',
  summary: 'Creates a VPC with its networks.',
  params: { Name: neededName(), Network: someOf(text({ max: 18, example: '192.168.0.0/16' }), { max: 100 }), Tag: tag(), Remark: remark() },
  handle({ Name, Network, Tag, Remark }, scope) {
    checkNetworks(Network);
    checkQuota(scope, 'vpc');
    const vpc = scope.put('vpc', {
      ...scope.create('vpc', { name: Name, tag: Tag, remark: Remark }),
      networks: Network,
      isDefault: false,
      updated: scope.now,
    });
    scope.put('routeTable', defaultRouteTable(scope, vpc.id));
    return { VPCId: vpc.id };
  },
});
