import { applyRoot } from '../../terraform/apply-root.js';
import { endOfEarlierRun } from '../../terraform/earlier-run.js';
import { completeState, importAgain, importResource, insertResources, type InsertedResource } from '../../terraform/import-resources.js';
import { initRoot } from '../../terraform/init-root.js';
import { keepState } from '../../terraform/kept-states.js';
import { writeRoot } from '../../terraform/render-root.js';
import { hostsOf } from '../terraform/apply-cluster.js';
import { eipAddress } from '../terraform/host-resources.js';
import { observeCluster, type ClusterRequest, type ObservedCluster } from '../terraform/observe-cluster.js';
import { completionsFor } from '../terraform/reconcile-cluster.js';
import type { UcloudHost } from '../ucloud-state.js';
import { refuseChanges } from './refuse-changes.js';

export interface TakenCluster {
  readonly hosts: readonly UcloudHost[];
  /** What has the cluster's tag and no place in its configuration. Nothing was done to it. */
  readonly left: readonly string[];
}

/**
 * Has terraform know of the hosts that are there and what is theirs, and changes nothing at UCloud: addresses stay bound.
 * @throws OutcomeError `recover-differs` when terraform would change something; ToolError `terraform-import-failed`
 */
export async function takeInCluster(asked: ClusterRequest): Promise<TakenCluster> {
  const { scope, cluster } = asked;
  // Their listeners cannot be told apart, so they are left to the next `up`, which makes them anew.
  const request = { ...asked, cluster: { ...cluster, settings: { ...cluster.settings, innerBalancers: false } } };
  await endOfEarlierRun(scope.ctx, scope.root, scope.line);
  const observed = await observeCluster(request);
  await writeRoot(scope.root, observed.rendered);
  await initRoot(scope, observed.rendered, cluster.settings.pluginMirror);
  for (const resource of observed.halfMade) await importAgain(scope, resource);
  for (const found of observed.otherOrphans.adopt) await importResource(scope, found);
  for (const found of observed.hostOrphans.adopt) await importResource(scope, found);
  await completeState(scope, completionsFor(observed));
  await insertResources(scope, bindingsOf(observed));
  await applyRoot(scope, { what: 'take in the hosts', check: (planned) => refuseChanges('cluster', planned, cluster.name) });
  await keepState(scope);
  const left = [...observed.hostOrphans.remove, ...observed.otherOrphans.remove].map(({ label }) => label);
  return { hosts: await hostsOf(request, observed.hosts), left };
}

/** Public addresses at the host that they are named after, as the provider writes it: its bindings have no import. */
function bindingsOf({ existing, otherOrphans, known, unbind }: ObservedCluster): InsertedResource[] {
  const places = new Map([...known, ...otherOrphans.adopt].map(({ id, address }) => [id, address]));
  return unbind.flatMap(({ EIPId, ResourceId }) => {
    const host = existing.find(({ id }) => id === ResourceId);
    if (!host || places.get(EIPId) !== eipAddress(host.name)) return [];
    return [
      {
        module: `module.host[${JSON.stringify(host.name)}]`,
        ...{ type: 'ucloud_eip_association', name: 'this', index: 0, schemaVersion: 1 },
        attributes: { id: `${EIPId}:${ResourceId}`, eip_id: EIPId, resource_id: ResourceId, resource_type: 'uhost' },
      },
    ];
  });
}
