import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { checkNetworks } from '../../model/vpc.js';
import { someOf, text } from '../../params/param.js';

export const addVpcNetwork = defineAction({
  name: 'AddVPCNetwork',
  summary: 'Adds networks to a VPC.',
  params: { VPCId: neededId(), Network: someOf(text({ max: 18, example: '192.168.0.0/16' }), { max: 100 }) },
  handle({ VPCId, Network }, scope) {
    const vpc = scope.need('vpc', VPCId);
    const networks = [...vpc.networks, ...Network];
    checkNetworks(networks);
    scope.put('vpc', { ...vpc, networks, updated: scope.now });
  },
});
