import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { needState } from '../../model/host-states.js';
import { checkCards } from '../../model/networks/network-interface.js';
import { ipParam } from '../../model/networks/secondary-ip.js';
import { leaseAddress, takeAddress } from '../../model/subnet-holders.js';
import { required } from '../../params/param.js';
import { invalid } from '../../params/refusal.js';

export const modifyUhostIp = defineAction({
  name: 'ModifyUHostIP',
  summary: 'Gives a stopped host another address of its subnet. The old one stays taken for about ten minutes.',
  params: { UHostId: neededId(), PresentIpAddress: required(ipParam()), PreviousIpAddress: ipParam(), Zone: zone() },
  handle({ UHostId, PresentIpAddress, PreviousIpAddress }, scope) {
    const host = scope.need('host', UHostId);
    checkCards(scope);
    needState(host, 'Stopped');
    if ((PreviousIpAddress ?? host.ip) !== host.ip) throw invalid('PreviousIpAddress', `${UHostId} has ${host.ip}`);
    const ip = takeAddress(scope, scope.need('subnet', host.subnet), PresentIpAddress);
    leaseAddress(scope, host);
    scope.put('host', { ...host, ip });
    return { UHostId };
  },
});
