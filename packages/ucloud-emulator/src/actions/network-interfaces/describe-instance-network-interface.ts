import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { cardsOf, showCard } from '../../model/networks/network-interface.js';
import { page, paging } from '../../params/answer-values.js';

export const describeInstanceNetworkInterface = defineAction({
  name: 'DescribeInstanceNetworkInterface',
  summary: 'Lists the network interfaces of a host, the first one first.',
  params: { InstanceId: neededId(), ...paging },
  handle({ InstanceId, ...paged }, scope) {
    const cards = cardsOf(scope.need('host', InstanceId), scope);
    return { TotalCount: cards.length, NetworkInterfaceSet: page(cards, paged).map((card) => showCard(card, scope)) };
  },
});
