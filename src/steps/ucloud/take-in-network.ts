import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { takeInNetwork } from '../../ucloud/recovery/take-in-network.js';
import { openRoot } from '../../ucloud/terraform/open-root.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';

/** Networks that are there become terraform's again. */
export const takeInNetworkStep = defineStep({
  id: 'take-in-network',
  title: 'Taking in the network',
  requires: ['tools'],
  provides: ['network', 'networkPending'],
  async run(at, io) {
    const scope = await openRoot(at, 'network', io);
    const { network, left } = await takeInNetwork({ cluster: at.cluster, scope, api: await ucloudOf(at.cluster, at) });
    const detail = [network.managementCidr, network.clientCidr, ...left.map((label) => `left alone: ${label}`)].join(', ');
    return { state: { network, networkPending: null }, detail };
  },
});
