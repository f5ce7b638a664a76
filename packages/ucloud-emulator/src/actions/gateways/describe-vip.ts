import { defineAction } from '../action.js';
import { id, zone } from '../../params/shared-params.js';
import { text } from '../../params/param.js';
import { inSeconds } from '../../params/answer-values.js';

export const describeVip = defineAction({
  name: 'DescribeVIP',
  summary: 'Lists private addresses that can move between hosts.',
  params: { VPCId: id(), SubnetId: id(), VIPId: id(), Tag: text({ max: 63 }), Zone: zone() },
  handle({ VPCId, SubnetId, VIPId, Tag, Zone }, scope) {
    const found = scope
      .list('vip')
      .filter((vip) => (VPCId ?? vip.vpc) === vip.vpc && (SubnetId ?? vip.subnet) === vip.subnet && (VIPId ?? vip.id) === vip.id)
      .filter((vip) => (Tag ?? vip.tag) === vip.tag && (Zone ?? vip.zone) === vip.zone);
    const items = found.map((vip) => ({
      ...{ VIPId: vip.id, VIP: vip.ip, RealIp: '', VPCId: vip.vpc, SubnetId: vip.subnet, Zone: vip.zone },
      ...{ Name: vip.name, Tag: vip.tag, Remark: vip.remark, CreateTime: inSeconds(vip.created) },
    }));
    return { TotalCount: found.length, VIPSet: items, DataSet: found.map(({ ip }) => ip) };
  },
});
