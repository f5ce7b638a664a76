import { applyRoot } from '../../terraform/apply-root.js';
import { endOfEarlierRun } from '../../terraform/earlier-run.js';
import { importAgain, importResource, insertResources, type InsertedResource } from '../../terraform/import-resources.js';
import { initRoot } from '../../terraform/init-root.js';
import { keepState } from '../../terraform/kept-states.js';
import { writeRoot } from '../../terraform/render-root.js';
import type { TerraformScope } from '../../terraform/terraform-scope.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { networkOf } from '../terraform/network-outputs.js';
import { observeNetwork, type Peering } from '../terraform/observe-network.js';
import type { UcloudCluster } from '../ucloud-subject.js';
import type { UcloudNetwork } from '../ucloud-state.js';
import { refuseChanges } from './refuse-changes.js';

export interface TakeIn {
  readonly cluster: UcloudCluster;
  readonly scope: TerraformScope;
  readonly api: UcloudApi;
}

export interface TakenNetwork {
  readonly network: UcloudNetwork;
  /** What has the cluster's tag and no place in its configuration. Nothing was done to it. */
  readonly left: readonly string[];
}

/**
 * Has terraform know of a network that is there, and changes nothing at UCloud.
 * @throws OutcomeError `recover-differs` when terraform would change something; ToolError `terraform-import-failed`
 */
export async function takeInNetwork({ cluster, scope, api }: TakeIn): Promise<TakenNetwork> {
  await endOfEarlierRun(scope.ctx, scope.root, scope.line);
  const observed = await observeNetwork({ cluster, scope, api });
  await writeRoot(scope.root, observed.rendered);
  await initRoot(scope, observed.rendered, cluster.settings.pluginMirror);
  for (const resource of observed.halfMade) await importAgain(scope, resource);
  for (const orphan of observed.orphans.adopt) await importResource(scope, orphan);
  await insertResources(
    scope,
    observed.peerings.map((peering) => peeringResource(peering, cluster)),
  );
  await applyRoot(scope, { what: 'take in the network', check: (planned) => refuseChanges('network', planned, cluster.name) });
  await keepState(scope);
  return { network: await networkOf(scope), left: observed.orphans.remove.map(({ label }) => label) };
}

/** As the provider writes it: its peerings have no import. templates/terraform/network/main.tf has the names. */
function peeringResource({ vpcId, peerVpcId }: Peering, { settings }: UcloudCluster): InsertedResource {
  const { region, projectId, controllerVpcId } = settings;
  const isFirst = peerVpcId !== controllerVpcId;
  const name = isFirst ? 'clients' : 'controller_management';
  const end = (id: string): string => `${region}@${projectId}#${id}`;
  const attributes = {
    ...{ id: `${end(vpcId)}:${end(peerVpcId)}`, vpc_id: vpcId },
    ...{ peer_vpc_id: peerVpcId, peer_region: region, peer_project_id: projectId },
  };
  return { type: 'ucloud_vpc_peering_connection', name, index: 0, schemaVersion: 0, attributes };
}
