import { defineAction } from '../action.js';
import { id, neededId } from '../../params/shared-params.js';
import { cross } from '../../model/vpc.js';
import { text } from '../../params/param.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const createVpcIntercom = defineAction({
  name: 'CreateVPCIntercom',
  summary: 'Joins two VPCs of the account whose networks do not overlap.',
  params: { VPCId: neededId(), DstVPCId: neededId(), DstRegion: text({ max: 30 }), DstProjectId: id() },
  handle({ VPCId, DstVPCId, DstRegion, DstProjectId }, scope) {
    const far = scope.elsewhere({ region: DstRegion, project: DstProjectId });
    const [vpc, peer] = [scope.need('vpc', VPCId), far.need('vpc', DstVPCId)];
    if (vpc.id === peer.id) throw new Refusal(retCodes.networkInvalid, 'A VPC can not be joined with itself');
    if (scope.owned('peering', VPCId).some(({ peerVpc }) => peerVpc === DstVPCId))
      throw new Refusal(retCodes.inUse, `VPC [${VPCId}] and [${DstVPCId}] are joined already`);
    if (vpc.networks.some((network) => peer.networks.some((other) => cross(network, other))))
      throw new Refusal(retCodes.networkInvalid, `Networks of VPC [${VPCId}] and [${DstVPCId}] overlap`);
    // Each side has a record of its own: a peering is seen, and can be deleted, from both.
    scope.put('peering', { ...scope.create('peering'), vpc: VPCId, peerVpc: DstVPCId, peerRegion: far.region, peerProject: far.project });
    far.put('peering', { ...far.create('peering'), vpc: DstVPCId, peerVpc: VPCId, peerRegion: scope.region, peerProject: scope.project });
  },
});
