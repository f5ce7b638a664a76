import { defineAction } from '../action.js';
import { id, neededId } from '../../params/shared-params.js';
import { checkCards } from '../../model/networks/network-interface.js';
import { cardByMac, ipParam, macParam, putSecondaryIps, secondaryIpsOf, showSecondaryIp } from '../../model/networks/secondary-ip.js';
import { takeAddress } from '../../model/subnet-holders.js';
import { placeInNetwork } from '../../model/vpc.js';

export const allocateSecondaryIp = defineAction({
  name: 'AllocateSecondaryIp',
  summary: 'Gives a network interface one more private address of its subnet.',
  params: { ObjectId: neededId(), Mac: macParam(), SubnetId: id(), VPCId: id(), Ip: ipParam() },
  handle({ Mac, SubnetId, VPCId, Ip }, scope) {
    checkCards(scope);
    const { subnet } = placeInNetwork(scope, { VPCId, SubnetId });
    const card = cardByMac(scope, subnet.id, { mac: Mac, name: 'Mac' });
    const ip = takeAddress(scope, subnet, Ip);
    putSecondaryIps(scope, card, [...secondaryIpsOf(card), ip]);
    return { IpInfo: showSecondaryIp(subnet, { ip, mac: card.mac }) };
  },
});
