import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { needOwnCard } from '../../model/networks/network-interface.js';
import { invalid } from '../../params/refusal.js';

export const detachNetworkInterface = defineAction({
  name: 'DetachNetworkInterface',
  summary: 'Takes a network interface out of a host.',
  params: { InterfaceId: neededId(), InstanceId: neededId() },
  handle({ InterfaceId, InstanceId }, scope) {
    const card = needOwnCard(InterfaceId, scope);
    scope.need('host', InstanceId);
    if (card.host !== InstanceId) throw invalid('InstanceId', `${InterfaceId} is not in ${InstanceId}`);
    scope.put('networkInterface', { ...card, host: '' });
  },
});
