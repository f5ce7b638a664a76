import { readIfThere } from '@nomadctl/base/read-if-there';
import { sshPathsOf } from '../../machines/ssh-key.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { takeInCluster } from '../../ucloud/recovery/take-in-cluster.js';
import { openRoot } from '../../ucloud/terraform/open-root.js';
import { defineStep, type UcloudContext } from '../../ucloud/ucloud-subject.js';

/** Hosts that are there become terraform's again, with their addresses, firewalls and isolation groups. */
export const takeInClusterStep = defineStep({
  id: 'take-in-cluster',
  title: 'Taking in the hosts',
  requires: ['tools', 'zones', 'network'],
  provides: ['hosts'],
  async run(at, io) {
    const { cluster, state } = at;
    const { consulServerImage, nomadServerImage, clientImage } = cluster.settings;
    const { hosts, left } = await takeInCluster({
      cluster,
      scope: await openRoot(at, 'cluster', io),
      api: await ucloudOf(cluster, at),
      network: state.network,
      // For hosts to come: none is made here.
      images: { 'consul-server': consulServerImage, 'nomad-server': nomadServerImage, 'nomad-client': clientImage },
      zones: state.zones,
      sshPublicKeys: [...(await ownKey(at)), ...cluster.settings.sshPublicKeys],
    });
    const detail = [`${hosts.length} host${hosts.length === 1 ? '' : 's'}`, ...left.map((label) => `left alone: ${label}`)].join(', ');
    return { state: { hosts }, detail };
  },
});

/** None is made: hosts that are there would not know it, and it would stand in the way of the one that they know. */
async function ownKey({ cluster }: UcloudContext): Promise<string[]> {
  const key = (await readIfThere(sshPathsOf(cluster.paths).publicKey).catch(() => undefined))?.trim();
  return key ? [key] : [];
}
