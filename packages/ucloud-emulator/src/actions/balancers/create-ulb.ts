import { defineAction } from '../action.js';
import { id, name, remark, tag } from '../../params/shared-params.js';
import { takeAddress } from '../../model/subnet-holders.js';
import { placeInNetwork } from '../../model/vpc.js';
import { choice, withDefault } from '../../params/param.js';
import { checkQuota } from '../../scope/quota.js';
import { missing } from '../../params/refusal.js';

export const createUlb = defineAction({
  name: 'CreateULB',
  summary: 'Creates a load balancer: outer with public addresses, inner with one of a subnet.',
  params: {
    ULBName: withDefault(name(), 'ULB'),
    Tag: tag(),
    Remark: remark(),
    VPCId: id(),
    SubnetId: id(),
    OuterMode: choice('Yes', 'No'),
    InnerMode: choice('Yes', 'No'),
    ListenType: choice('RequestProxy', 'PacketsTransmit'),
    FirewallId: id(),
  },
  handle({ ULBName, Tag, Remark, VPCId, SubnetId, OuterMode, InnerMode, ListenType, FirewallId }, scope) {
    const inner = InnerMode === 'Yes';
    if (!inner && OuterMode !== 'Yes') throw missing('OuterMode');
    checkQuota(scope, 'ulb');
    const { vpc, subnet } = placeInNetwork(scope, { VPCId, SubnetId });
    const ulb = scope.put('ulb', {
      ...scope.create('ulb', { name: ULBName, tag: Tag, remark: Remark }),
      mode: inner ? 'InnerMode' : 'OuterMode',
      listenType: ListenType ?? (inner ? 'PacketsTransmit' : 'RequestProxy'),
      vpc: vpc.id,
      subnet: inner ? subnet.id : '',
      ip: inner ? takeAddress(scope, subnet) : '',
      firewall: FirewallId === undefined ? '' : scope.need('firewall', FirewallId).id,
    });
    return { ULBId: ulb.id };
  },
});
