import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { list } from '../../params/param.js';
import { inSeconds } from '../../params/answer-values.js';

export const describeShareBandwidth = defineAction({
  name: 'DescribeShareBandwidth',
  summary: 'Lists shared bandwidth and the addresses that share it.',
  params: { ShareBandwidthIds: list(id()) },
  handle({ ShareBandwidthIds }, scope) {
    const found = [...scope.named('shareBandwidth', ShareBandwidthIds)];
    const items = found.map((share) => ({
      ShareBandwidthId: share.id,
      Name: share.name,
      ShareBandwidth: share.bandwidth,
      ChargeType: share.chargeType,
      CreateTime: inSeconds(share.created),
      ExpireTime: inSeconds(share.expires),
      BandwidthGuarantee: 0,
      IPVersion: 'IPv4',
      PostPayStartTime: 0,
      EIPSet: [...scope.select('eip', { shareBandwidth: share.id })].map(({ id: EIPId, ip, operator, bandwidth }) => ({
        EIPId,
        Bandwidth: bandwidth,
        EIPAddr: [{ IP: ip, OperatorName: operator }],
      })),
    }));
    return { TotalCount: found.length, DataSet: items };
  },
});
