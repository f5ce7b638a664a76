import { defineAction } from '../action.js';
import { name, neededId, remark, tag, zone } from '../../params/shared-params.js';
import { takeAddress } from '../../model/subnet-holders.js';
import { placeInNetwork } from '../../model/vpc.js';
import { integer, text, withDefault } from '../../params/param.js';
import { findRegion } from '../../scope/regions.js';

export const allocateVip = defineAction({
  name: 'AllocateVIP',
  summary: 'Takes private addresses that can move between hosts.',
  params: {
    VPCId: neededId(),
    SubnetId: neededId(),
    Ip: text({ max: 15, example: '10.9.0.20' }),
    Count: withDefault(integer({ min: 1, max: 20 }), 1),
    Name: name(),
    Tag: tag(),
    Remark: remark(),
    Zone: zone(),
  },
  handle({ VPCId, SubnetId, Ip, Count, Name, Tag, Remark, Zone }, scope) {
    const { vpc, subnet } = placeInNetwork(scope, { VPCId, SubnetId });
    const vips = Array.from({ length: Count }, (_, index) =>
      scope.put('vip', {
        ...scope.create('vip', { name: Name ?? 'VIP', tag: Tag, remark: Remark }),
        ...{
          zone: Zone ?? findRegion(scope.region)?.zones[0] ?? '',
          vpc: vpc.id,
          subnet: subnet.id,
          ip: takeAddress(scope, subnet, index === 0 ? Ip : undefined),
        },
      }),
    );
    return { VIPSet: vips.map(({ id, ip, vpc: vpcId }) => ({ VIP: ip, VIPId: id, VPCId: vpcId })), DataSet: vips.map(({ ip }) => ip) };
  },
});
