import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { needState } from '../../model/host-states.js';
import { needFreeCard } from '../../model/networks/network-interface.js';
import { invalid } from '../../params/refusal.js';

export const attachNetworkInterface = defineAction({
  name: 'AttachNetworkInterface',
  summary: 'Puts a network interface into a host of its VPC.',
  params: { InterfaceId: neededId(), InstanceId: neededId() },
  handle({ InterfaceId, InstanceId }, scope) {
    const [card, host] = [needFreeCard(InterfaceId, scope), scope.need('host', InstanceId)];
    if (card.vpc !== host.vpc) throw invalid('InstanceId', `${InstanceId} is not in ${card.vpc}`);
    needState(host, 'Running', 'Stopped');
    scope.put('networkInterface', { ...card, host: InstanceId });
  },
});
