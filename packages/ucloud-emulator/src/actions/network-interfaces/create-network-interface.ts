import { defineAction } from '../action.js';
import { id, name, neededId, remark, tag } from '../../params/shared-params.js';
import { firewallFor } from '../../model/firewall.js';
import { cardOf, checkCards, showCard } from '../../model/networks/network-interface.js';
import { newMac } from '../../model/networks/new-mac.js';
import { takeAddress } from '../../model/subnet-holders.js';
import { placeInNetwork } from '../../model/vpc.js';
import { list, text, withDefault } from '../../params/param.js';

export const createNetworkInterface = defineAction({
  name: 'CreateNetworkInterface',
  summary: 'Makes a network interface, with an address of a subnet, that can be moved between hosts.',
  params: {
    VPCId: neededId(),
    SubnetId: neededId(),
    Name: withDefault(name(), 'NetworkInterface'),
    PrivateIp: list(text({ max: 15, example: '10.9.0.30' }), { max: 1 }),
    SecurityGroupId: id(),
    Tag: tag(),
    Remark: remark(),
  },
  handle({ VPCId, SubnetId, Name, PrivateIp, SecurityGroupId, Tag, Remark }, scope) {
    checkCards(scope);
    const { vpc, subnet } = placeInNetwork(scope, { VPCId, SubnetId });
    const card = scope.put('networkInterface', {
      ...scope.create('networkInterface', { name: Name, tag: Tag, remark: Remark }),
      ...{ vpc: vpc.id, subnet: subnet.id, ip: takeAddress(scope, subnet, PrivateIp[0]), secondaryIps: [], mac: newMac(), host: '' },
      firewall: firewallFor(scope, SecurityGroupId),
    });
    return { NetworkInterface: showCard(cardOf(card), scope) };
  },
});
