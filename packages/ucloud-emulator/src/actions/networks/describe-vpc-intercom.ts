import { defineAction } from '../action.js';
import { id, neededId } from '../../params/shared-params.js';
import { accountNumber } from '../../scope/accounts.js';
import { text } from '../../params/param.js';

export const describeVpcIntercom = defineAction({
  name: 'DescribeVPCIntercom',
  summary: 'Lists the VPCs that a VPC is joined with.',
  params: { VPCId: neededId(), DstRegion: text({ max: 30 }), DstProjectId: id() },
  handle({ VPCId, DstRegion, DstProjectId }, scope) {
    const peers = scope
      .owned('peering', VPCId)
      .filter((peering) => peering.project === scope.project && peering.region === scope.region)
      .filter(({ peerRegion, peerProject }) => (DstRegion ?? peerRegion) === peerRegion && (DstProjectId ?? peerProject) === peerProject);
    const items = peers.map(({ peerVpc, peerRegion, peerProject }) => {
      const vpc = scope.elsewhere({ region: peerRegion, project: peerProject }).find('vpc', peerVpc);
      return {
        VPCId: peerVpc,
        Name: vpc?.name ?? '',
        Network: vpc?.networks ?? [],
        ProjectId: peerProject,
        DstRegion: peerRegion,
        Tag: vpc?.tag ?? '',
        // One of the public cloud; 1 is a hosted one.
        VPCType: 0,
        AccountId: accountNumber(scope.caller.account),
      };
    });
    return { TotalCount: items.length, DataSet: items };
  },
});
