import { defineAction } from '../action.js';
import { id, neededId } from '../../params/shared-params.js';
import { text } from '../../params/param.js';
import { kinds } from '../../records/kinds.js';
import { Refusal } from '../../params/refusal.js';

export const deleteVpcIntercom = defineAction({
  name: 'DeleteVPCIntercom',
  summary: 'Parts two VPCs.',
  params: { VPCId: neededId(), DstVPCId: neededId(), DstRegion: text({ max: 30 }), DstProjectId: id() },
  handle({ VPCId, DstVPCId, DstRegion, DstProjectId }, scope) {
    scope.need('vpc', VPCId);
    const here = scope.owned('peering', VPCId).find(({ peerVpc }) => peerVpc === DstVPCId);
    if (!here) throw new Refusal(kinds.peering.notFound, `VPC [${VPCId}] and [${DstVPCId}] are not joined`);
    const far = scope.elsewhere({ region: DstRegion ?? here.peerRegion, project: DstProjectId ?? here.peerProject });
    const there = far.owned('peering', DstVPCId).find(({ peerVpc }) => peerVpc === VPCId);
    scope.remove('peering', here.id);
    if (there) far.remove('peering', there.id);
  },
});
