import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { cardByMac, ipParam, macParam, putSecondaryIps, secondaryIpsOf } from '../../model/networks/secondary-ip.js';
import { required } from '../../params/param.js';
import { invalid } from '../../params/refusal.js';

export const moveSecondaryIpMac = defineAction({
  name: 'MoveSecondaryIPMac',
  summary: 'Moves a secondary address to another network interface of its subnet.',
  params: { Ip: required(ipParam()), OldMac: macParam(), NewMac: macParam(), SubnetId: neededId() },
  handle({ Ip, OldMac, NewMac, SubnetId }, scope) {
    const subnet = scope.need('subnet', SubnetId).id;
    const from = cardByMac(scope, subnet, { mac: OldMac, name: 'OldMac' });
    if (!secondaryIpsOf(from).includes(Ip)) throw invalid('Ip', `${Ip} is no secondary address of ${from.id}`);
    putSecondaryIps(
      scope,
      from,
      secondaryIpsOf(from).filter((other) => other !== Ip),
    );
    const to = cardByMac(scope, subnet, { mac: NewMac, name: 'NewMac' });
    putSecondaryIps(scope, to, [...secondaryIpsOf(to), Ip]);
  },
});
