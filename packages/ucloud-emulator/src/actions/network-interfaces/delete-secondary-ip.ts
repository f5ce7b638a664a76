import { defineAction } from '../action.js';
import { id, neededId } from '../../params/shared-params.js';
import { cardByMac, ipParam, macParam, putSecondaryIps, secondaryIpsOf } from '../../model/networks/secondary-ip.js';
import { required } from '../../params/param.js';
import { invalid } from '../../params/refusal.js';

export const deleteSecondaryIp = defineAction({
  name: 'DeleteSecondaryIp',
  summary: 'Takes a private address from a network interface that has more than its own.',
  params: { Ip: required(ipParam()), Mac: macParam(), SubnetId: neededId(), VPCId: id(), ObjectId: id() },
  handle({ Ip, Mac, SubnetId }, scope) {
    const card = cardByMac(scope, scope.need('subnet', SubnetId).id, { mac: Mac, name: 'Mac' });
    if (!secondaryIpsOf(card).includes(Ip)) throw invalid('Ip', `${Ip} is no secondary address of ${card.id}`);
    putSecondaryIps(
      scope,
      card,
      secondaryIpsOf(card).filter((other) => other !== Ip),
    );
  },
});
