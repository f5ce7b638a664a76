import { applyCluster, hostsOf, innerBalancersOf } from '../../ucloud/terraform/apply-cluster.js';
import { planRoot } from '../../terraform/apply-root.js';
import { needsReconciling, observeCluster } from '../../ucloud/terraform/observe-cluster.js';
import { clusterNeeds, clusterRequestOf } from '../../ucloud/terraform/cluster-request.js';
import { runningTerraform } from '../../terraform/running-terraform.js';
import { isInitialised } from '../../terraform/init-root.js';
import { openRoot } from '../../ucloud/terraform/open-root.js';
import { describeChanges } from '../../terraform/plan-stream.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';

/** Hosts with their disks, addresses and firewalls, in their zones. */
export const applyClusterStep = defineStep({
  id: 'apply-cluster',
  title: 'Making the hosts',
  requires: [...clusterNeeds],
  provides: ['hosts', 'innerBalancers'],
  async isDone(at) {
    const scope = await openRoot(at, 'cluster');
    if (runningTerraform(scope.root)) return { done: false, because: 'terraform of an earlier run is still at work' };
    const request = await clusterRequestOf(at, scope);
    const observed = await observeCluster(request);
    const missing = observed.hosts.filter(({ name }) => !observed.existing.some((host) => host.name === name));
    if (missing.length > 0) return { done: false, because: `${missing.length} of ${observed.hosts.length} hosts are missing` };
    if (observed.leaving.length > 0)
      return { done: false, because: `${observed.leaving.map(({ name }) => name).join(', ')} to be removed` };
    if (needsReconciling(observed)) return { done: false, because: 'an interrupted run left something' };
    if (observed.outdated.length > 0) return { done: false, because: 'the settings changed' };
    if (!(await isInitialised(scope, observed.rendered, at.cluster.settings.pluginMirror)))
      return { done: false, because: 'providers have to be fetched' };
    const { pending, changes } = await planRoot(scope, { what: 'make the cluster' });
    if (pending) return { done: false, because: describeChanges(changes) };
    const hosts = await hostsOf(request, observed.hosts);
    if (at.state.hosts && JSON.stringify(at.state.hosts) !== JSON.stringify(hosts))
      return { done: false, because: 'they have other ids or addresses' };
    const innerBalancers = await innerBalancersOf(request);
    if (JSON.stringify(at.state.innerBalancers ?? {}) !== JSON.stringify(innerBalancers))
      return { done: false, because: 'the inner load balancers have other addresses' };
    return { done: true, state: { hosts }, detail: `${hosts.length} hosts` };
  },
  async run(at, io) {
    const scope = await openRoot(at, 'cluster', io);
    const { hosts, innerBalancers, changes } = await applyCluster(await clusterRequestOf(at, scope));
    return { state: { hosts, innerBalancers }, detail: `${hosts.length} hosts; ${describeChanges(changes)}` };
  },
});
