import { defineAction } from '../action.js';
import { privateNetwork } from '../../model/cidr.js';
import { name, neededId, remark, tag } from '../../params/shared-params.js';
import { cross, fits } from '../../model/vpc.js';
import { integer, required, text, withDefault } from '../../params/param.js';
import { checkQuota } from '../../scope/quota.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const createSubnet = defineAction({
  name: 'CreateSubnet',
  summary: 'Creates a subnet in a network of a VPC.',
  params: {
    VPCId: neededId(),
    Subnet: required(text({ max: 15, example: '192.168.1.0' })),
    Netmask: withDefault(integer({ min: 8, max: 29 }), 24),
    SubnetName: withDefault(name(), 'Subnet'),
    Tag: tag(),
    Remark: remark(),
  },
  handle({ VPCId, Subnet, Netmask, SubnetName, Tag, Remark }, scope) {
    const vpc = scope.need('vpc', VPCId);
    const cidr = `${Subnet}/${Netmask}`;
    privateNetwork(cidr, 'Subnet');
    if (!vpc.networks.some((network) => fits(network, cidr)))
      throw new Refusal(retCodes.networkInvalid, `${cidr} is outside of VPC [${VPCId}]`);
    const neighbour = scope.owned('subnet', VPCId).find((subnet) => cross(subnet.cidr, cidr));
    if (neighbour) throw new Refusal(retCodes.networkInvalid, `${cidr} overlaps subnet [${neighbour.id}] (${neighbour.cidr})`);
    checkQuota(scope, 'subnet');
    const subnet = scope.put('subnet', {
      ...scope.create('subnet', { name: SubnetName, tag: Tag, remark: Remark }),
      vpc: VPCId,
      cidr,
      isDefault: false,
    });
    return { SubnetId: subnet.id };
  },
});
