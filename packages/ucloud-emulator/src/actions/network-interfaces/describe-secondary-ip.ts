import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { cardsWith } from '../../model/networks/network-interface.js';
import { ipParam, secondaryIpsOf, showSecondaryIp } from '../../model/networks/secondary-ip.js';
import { text } from '../../params/param.js';

export const describeSecondaryIp = defineAction({
  name: 'DescribeSecondaryIp',
  summary: 'Lists the private addresses that network interfaces of a subnet have besides their own.',
  params: { VPCId: neededId(), SubnetId: neededId(), Ip: ipParam(), Mac: text({ max: 17 }) },
  handle({ VPCId, SubnetId, Ip, Mac }, scope) {
    const subnet = scope.need('subnet', SubnetId);
    const cards = [...cardsWith(scope, { vpc: VPCId, subnet: SubnetId }, false)];
    const found = cards
      .flatMap((card) => secondaryIpsOf(card).map((ip) => ({ ip, mac: card.mac })))
      .filter(({ ip, mac }) => (Ip ?? ip) === ip && (Mac?.toLowerCase() ?? mac) === mac);
    return { DataSet: found.map((one) => showSecondaryIp(subnet, one)) };
  },
});
