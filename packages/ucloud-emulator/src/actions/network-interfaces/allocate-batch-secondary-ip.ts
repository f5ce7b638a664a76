import { defineAction } from '../action.js';
import { id, neededId } from '../../params/shared-params.js';
import { checkCards } from '../../model/networks/network-interface.js';
import { cardByMac, ipParam, macParam, putSecondaryIps, secondaryIpsOf, showSecondaryIp } from '../../model/networks/secondary-ip.js';
import { takeAddress } from '../../model/subnet-holders.js';
import { placeInNetwork } from '../../model/vpc.js';
import { integer, list, withDefault } from '../../params/param.js';

export const allocateBatchSecondaryIp = defineAction({
  name: 'AllocateBatchSecondaryIp',
  summary: 'Gives a network interface more private addresses of its subnet: those of a list, or so many free ones. All or none.',
  params: {
    ObjectId: neededId(),
    Mac: macParam(),
    SubnetId: id(),
    VPCId: id(),
    Ip: list(ipParam(), { max: 100 }),
    Count: withDefault(integer({ min: 1, max: 100 }), 1),
  },
  handle({ Mac, SubnetId, VPCId, Ip, Count }, scope) {
    checkCards(scope);
    const { subnet } = placeInNetwork(scope, { VPCId, SubnetId });
    const wanted: readonly (string | undefined)[] = Ip.length > 0 ? Ip : Array.from({ length: Count }, () => undefined);
    const given = wanted.map((asked) => {
      // Anew each time: it is another one with each address.
      const card = cardByMac(scope, subnet.id, { mac: Mac, name: 'Mac' });
      const ip = takeAddress(scope, subnet, asked);
      putSecondaryIps(scope, card, [...secondaryIpsOf(card), ip]);
      return { ip, mac: card.mac };
    });
    return { IpsInfo: given.map((one) => ({ ...showSecondaryIp(subnet, one), Status: { StatusCode: 'Succeeded', Message: '' } })) };
  },
});
