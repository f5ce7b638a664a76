import { pictureOfCluster } from '../../terraform/cluster-picture.js';
import { clusterNeeds, clusterRequestOf, type ClusterNeeds } from '../../terraform/cluster-request.js';
import { openRoot } from '../../terraform/open-root.js';
import { retireHost } from '../../ucloud/retire-host.js';
import type { UcloudHost } from '../../ucloud/ucloud-state.js';
import { defineStep, type UcloudContext } from '../../ucloud/ucloud-subject.js';

/** Takes hosts that the settings no longer have out of the cluster, one at a time, before terraform deletes them. */
export const retireHostsStep = defineStep({
  id: 'retire-hosts',
  title: 'Retiring hosts',
  hideWhenDone: true,
  requires: [...clusterNeeds],
  async isDone(at) {
    const leaving = await leavingHosts(at);
    return leaving.length === 0
      ? { done: true }
      : { done: false, because: `no longer wanted: ${leaving.map(({ name }) => name).join(', ')}` };
  },
  async run(at, io) {
    const leaving = await leavingHosts(at);
    const { api } = await clusterRequestOf(at, await openRoot(at, 'cluster', io));
    for (const [index, host] of leaving.entries()) {
      at.signal.throwIfAborted();
      const gone = leaving.slice(0, index).map(({ name }) => name);
      const hosts = (at.state.hosts ?? []).filter(({ name }) => !gone.includes(name));
      await retireHost({ host, hosts, paths: at.cluster.paths, api, ctx: at, line: io.line });
    }
    return { detail: leaving.map(({ name }) => name).join(', ') };
  },
});

/** Clients first; servers by number, the last one first. A host that no `up` has seen the end of has joined nothing. */
async function leavingHosts(at: UcloudContext<ClusterNeeds>): Promise<UcloudHost[]> {
  const scope = await openRoot(at, 'cluster');
  const { leaving } = await pictureOfCluster(await clusterRequestOf(at, scope));
  const hosts = (at.state.hosts ?? []).filter(({ id }) => leaving.some((host) => host.id === id));
  return hosts.toReversed();
}
