import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { findOwned } from '../owned/owned-resources.js';
import { tagOf } from '../cluster-tag.js';
import type { UcloudCluster } from '../ucloud-subject.js';
import { inventoryOf, type StateResource } from '../../terraform/inventory.js';
import { networkValues } from './network-values.js';
import { classifyOrphans, type FoundResource, type Orphans } from './orphans.js';
import { outdatedFiles, renderRoot, type RenderedRoot } from '../../terraform/render-root.js';
import type { TerraformScope } from '../../terraform/terraform-scope.js';

/** A peering that exists at UCloud and that terraform does not know of. */
export interface Peering {
  readonly vpcId: string;
  readonly peerVpcId: string;
}

/** A cluster's network: the desired state (`rendered`) and the observed one. */
export interface ObservedNetwork {
  readonly rendered: RenderedRoot;
  /** Files that have to be written. */
  readonly outdated: readonly string[];
  readonly known: readonly StateResource[];
  readonly orphans: Orphans<FoundResource>;
  readonly peerings: readonly Peering[];
}

interface Request {
  readonly cluster: UcloudCluster;
  readonly scope: TerraformScope;
  readonly api: UcloudApi;
}

export async function observeNetwork({ cluster, scope, api }: Request): Promise<ObservedNetwork> {
  const { signal } = scope.ctx;
  const rendered = await renderRoot(scope.ctx.paths, scope.root, networkValues(cluster));
  const [known, owned] = await Promise.all([inventoryOf(scope), findOwned(api, cluster.name, { signal, kinds: ['vpcs', 'subnets'] })]);
  const found = [
    ...owned.vpcs.map(({ VPCId, Name }) => foundAs(VPCId, Name, { cluster, kind: 'vpcs' })),
    ...owned.subnets.map(({ SubnetId, SubnetName }) => foundAs(SubnetId, SubnetName, { cluster, kind: 'subnets' })),
  ];
  return {
    rendered,
    outdated: await outdatedFiles(scope.root, rendered),
    known,
    orphans: classifyOrphans(found, { known, wanted: wantedAddresses(cluster) }),
    peerings: await unknownPeerings(
      { cluster, scope, api },
      known,
      owned.vpcs.map(({ VPCId, Name }) => ({ id: VPCId, name: Name })),
    ),
  };
}

const TYPES = { vpcs: 'ucloud_vpc', subnets: 'ucloud_subnet' } as const;

function foundAs(id: string, name: string, { cluster, kind }: { cluster: UcloudCluster; kind: keyof typeof TYPES }): FoundResource {
  const segment = ['management', 'clients'].find((word) => name === `${tagOf(cluster)}-${word}`);
  return { kind, id, label: `${id} (${name})`, address: segment && `module.${segment}.${TYPES[kind]}.this[0]` };
}

function wantedAddresses({ settings }: UcloudCluster): ReadonlySet<string> {
  return new Set([
    ...(settings.vpcId === '' ? ['module.management.ucloud_vpc.this[0]'] : []),
    ...(settings.subnetId === '' ? ['module.management.ucloud_subnet.this[0]'] : []),
    ...(settings.clientVpcId === '' ? ['module.clients.ucloud_vpc.this[0]'] : []),
    ...(settings.clientSubnetId === '' ? ['module.clients.ucloud_subnet.this[0]'] : []),
  ]);
}

/** Peerings to be deleted before terraform makes them: it cannot import one, and UCloud refuses a second one. */
async function unknownPeerings(
  { cluster, scope, api }: Request,
  known: readonly StateResource[],
  vpcs: readonly { id: string; name: string }[],
): Promise<Peering[]> {
  const { settings } = cluster;
  const idOf = (word: string, configured: string): string =>
    configured === '' ? (vpcs.find(({ name }) => name === `${tagOf(cluster)}-${word}`)?.id ?? '') : configured;
  const [management, clients] = [idOf('management', settings.vpcId), idOf('clients', settings.clientVpcId)];
  const pairs = [
    ...(settings.vpcId !== '' && settings.clientVpcId !== '' ? [] : [[management, clients] as const]),
    ...(settings.controllerVpcId === ''
      ? []
      : [[management, settings.controllerVpcId] as const, [clients, settings.controllerVpcId] as const]),
  ].filter(([vpc, peer]) => vpc !== '' && peer !== '');
  const place = { DstRegion: settings.region, DstProjectId: settings.projectId };
  const unknown = pairs.filter(
    ([vpc, peer]) => !known.some(({ type, id }) => type === 'ucloud_vpc_peering_connection' && id.includes(vpc) && id.includes(peer)),
  );
  const found = await mapBounded(unknown, REQUESTS_AT_ONCE, async ([vpcId, peerVpcId]) => {
    const { DataSet } = await api.call('DescribeVPCIntercom', { VPCId: vpcId, ...place }, { signal: scope.ctx.signal });
    return DataSet.some(({ VPCId }) => VPCId === peerVpcId) ? [{ vpcId, peerVpcId }] : [];
  });
  return found.flat();
}
