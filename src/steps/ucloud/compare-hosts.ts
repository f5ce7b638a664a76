import { observeCluster } from '../../ucloud/terraform/observe-cluster.js';
import { clusterNeeds, clusterRequestOf, type ClusterNeeds } from '../../ucloud/terraform/cluster-request.js';
import { openRoot } from '../../ucloud/terraform/open-root.js';
import { outdatedHosts, type OutdatedHost } from '../../ucloud/terraform/outdated-hosts.js';
import { defineStep, type UcloudContext } from '../../ucloud/ucloud-subject.js';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';

/** Says which hosts are made from something else than new ones would be. It changes nothing: `up --replace` does. */
export const compareHostsStep = defineStep({
  id: 'compare-hosts',
  title: 'Comparing hosts with the settings',
  hideWhenDone: true,
  requires: [...clusterNeeds],
  async isDone(at) {
    const outdated = await outdatedHostsOf(at);
    return outdated.length === 0 ? { done: true } : { done: false, because: describe(outdated) };
  },
  async run(at, io) {
    const outdated = await outdatedHostsOf(at);
    for (const { name, because } of outdated) io.log(`${name} ${because}`);
    return { detail: `${describe(outdated)}; to make them anew: ${renderHint(nomadctl`up ${at.cluster.name} --replace`, at.given)}` };
  },
});

async function outdatedHostsOf(at: UcloudContext<ClusterNeeds>): Promise<OutdatedHost[]> {
  const scope = await openRoot(at, 'cluster');
  const observed = await observeCluster(await clusterRequestOf(at, scope));
  return outdatedHosts(observed, { settings: at.cluster.settings, images: at.state.hostImages });
}

function describe(outdated: readonly OutdatedHost[]): string {
  return `${outdated.length === 1 ? 'one is' : `${outdated.length} are`} out of date: ${outdated.map(({ name, because }) => `${name} (${because})`).join(', ')}`;
}
