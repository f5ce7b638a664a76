import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { checkNetworks, fits } from '../../model/vpc.js';
import { someOf, text } from '../../params/param.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const updateVpcNetwork = defineAction({
  name: 'UpdateVPCNetwork',
  summary: 'Replaces the networks of a VPC; those with subnets must stay.',
  params: { VPCId: neededId(), Network: someOf(text({ max: 18, example: '192.168.0.0/16' }), { max: 100 }) },
  handle({ VPCId, Network }, scope) {
    const vpc = scope.need('vpc', VPCId);
    checkNetworks(Network);
    const lost = scope.owned('subnet', VPCId).find(({ cidr }) => !Network.some((network) => fits(network, cidr)));
    if (lost) throw new Refusal(retCodes.inUse, `Subnet [${lost.id}] (${lost.cidr}) would be outside of the networks`);
    scope.put('vpc', { ...vpc, networks: Network, updated: scope.now });
  },
});
