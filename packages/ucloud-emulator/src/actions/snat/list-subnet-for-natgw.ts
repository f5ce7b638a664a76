import { defineAction } from '../action.js';
import { parseCidr, toIp } from '@nomadctl/base/ipv4';
import { id } from '../../params/shared-params.js';
import { hasGateway } from '../../model/vpc.js';

export const listSubnetForNatgw = defineAction({
  name: 'ListSubnetForNATGW',
  summary: 'Lists the subnets that a NAT gateway could be for, and which have one.',
  params: { VPCId: id() },
  handle({ VPCId }, scope) {
    const vpc = VPCId === undefined ? scope.list('vpc').find(({ isDefault }) => isDefault) : scope.find('vpc', VPCId);
    const items = (vpc ? scope.owned('subnet', vpc.id) : []).map((subnet) => {
      const network = parseCidr(subnet.cidr);
      return {
        ...{ SubnetId: subnet.id, SubnetName: subnet.name, Subnet: toIp(network?.base ?? 0), Netmask: String(network?.bits ?? '') },
        HasNATGW: hasGateway(subnet, scope),
      };
    });
    return { DataSet: items };
  },
});
