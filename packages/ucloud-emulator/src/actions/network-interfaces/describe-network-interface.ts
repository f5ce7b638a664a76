import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { cardsWith, findCard, showCard } from '../../model/networks/network-interface.js';
import { boolean, list, text } from '../../params/param.js';
import { page, paging } from '../../params/answer-values.js';

export const describeNetworkInterface = defineAction({
  name: 'DescribeNetworkInterface',
  summary: 'Lists network interfaces: the first one of each host, and those that were made by themselves.',
  params: {
    InterfaceId: list(id()),
    VPCId: id(),
    SubnetId: id(),
    Tag: text({ max: 63 }),
    OnlyDefault: boolean(),
    NoRecycled: boolean(),
    ...paging,
  },
  handle({ InterfaceId, VPCId, SubnetId, Tag, OnlyDefault = false, NoRecycled: _none, ...paged }, scope) {
    const where = { vpc: VPCId, subnet: SubnetId, tag: Tag };
    const named = [...new Set(InterfaceId)].map((card) => findCard(card, scope)).filter((card) => card !== undefined);
    const found =
      InterfaceId.length === 0
        ? cardsWith(scope, where, OnlyDefault)
        : scope.among(named, { ...where, isFirst: OnlyDefault ? true : undefined });
    return { TotalCount: found.length, NetworkInterfaceSet: page(found, paged).map((card) => showCard(card, scope)) };
  },
});
