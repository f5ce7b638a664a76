import type { Image } from '../../clients/ucloud/host-model.js';
import type { Subnet, Vpc } from '../../clients/ucloud/network-model.js';
import { everyPage } from '../../clients/ucloud/paging.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { tagOf } from '../cluster-tag.js';
import { describeOwned } from '../owned/describe-owned.js';
import { findOwned, type OwnedResources } from '../owned/owned-resources.js';
import { splitIngress } from '../owned/split-ingress.js';
import { readImageName } from '../settings/image-names.js';
import type { UcloudSettings } from '../settings/options.js';
import { accessSettings, hostSettings, seenHosts, type SeenHost } from './infer-hosts.js';
import { isRefusal } from '../../clients/ucloud/ret-codes.js';
import { volumeDisks } from '../classes/volumes.js';
import { isInnerBalancer } from '../balancers/inner-balancers.js';

/** What UCloud tells of a cluster that nobody here knows any more. */
export interface InferredCluster {
  readonly owned: OwnedResources;
  readonly hosts: readonly SeenHost[];
  readonly settings: Partial<UcloudSettings>;
  /** What might be otherwise, a sentence each. */
  readonly unsure: readonly string[];
}

interface Place {
  readonly region: string;
  readonly projectId: string;
}

/** Finds a cluster by its tag, and what settings it was made from. Asks, and changes nothing. */
export async function inferCluster(
  api: UcloudApi,
  cluster: string,
  { place, signal }: { readonly place: Place; readonly signal: AbortSignal },
): Promise<InferredCluster> {
  const kinds = ['hosts', 'eips', 'balancers', 'certificates', 'natGateways', 'firewalls', 'isolationGroups', 'subnets', 'vpcs'] as const;
  const { others: owned, ingress } = splitIngress({ name: cluster }, await findOwned(api, cluster, { signal, kinds }));
  // Keys that may not see disks recover all else.
  const disks = await volumeDisks(api, cluster, signal).catch((error: unknown) => {
    if (isRefusal(error, 299)) return [];
    throw error;
  });
  const hosts = seenHosts(cluster, { ...owned, disks });
  const network = networkSettings(cluster, { hosts, owned });
  const own = hostSettings(
    hosts,
    owned.eips.filter(({ Tag }) => Tag === tagOf({ name: cluster })),
  );
  // A private cluster would have to say where it builds others.
  const images = await imageSettings(api, { cluster, hosts, all: own.mode === 'private' }, signal);
  const controller = await controllerVpc(api, { cluster, hosts, owned, place }, signal);
  return {
    owned,
    hosts,
    settings: {
      ...own,
      ...(owned.natGateways.length > 0 ? { natGateway: true } : {}),
      ...(owned.balancers.some(({ Name }) => isInnerBalancer({ name: cluster }, Name)) ? { innerBalancers: true } : {}),
      ...accessSettings(cluster, owned.firewalls),
      ...network,
      ...images.settings,
      ...(controller === undefined ? {} : { controllerVpcId: controller }),
    },
    unsure: [
      ...images.unsure,
      ...(hosts.some(({ volumes }) => volumes.length > 0)
        ? ['labels of classes of clients are not known: the next up takes them from clients that have volumes']
        : []),
      ...exposedSaid(ingress),
      ...(own.mode === 'private' ? ['by which way its hosts were reached is not known: jumpHost says direct'] : []),
    ],
  };
}

/** Which port of which job a load balancer serves, UCloud does not know. */
function exposedSaid(ingress: OwnedResources): string[] {
  if (ingress.balancers.length === 0) return [];
  return [
    `${describeOwned(ingress)} of exposed ports serve on, and are not taken in: job expose makes others in their place, which have another address`,
  ];
}

/** Names of all clusters that have something with a tag of ours there. */
export async function clustersAtCloud(api: UcloudApi, signal: AbortSignal): Promise<string[]> {
  const vpcs = await everyPage(async (page) => (await api.call('DescribeVPC', page, { signal })).DataSet);
  const hosts = await everyPage(async (page) => (await api.call('DescribeUHostInstance', page, { signal })).UHostSet);
  const names = [...vpcs, ...hosts].flatMap(({ Tag }) => /^nomadctl-(.+)$/.exec(Tag)?.[1] ?? []);
  return [...new Set(names)].sort();
}

interface Seen {
  readonly hosts: readonly SeenHost[];
  readonly owned: OwnedResources;
}

/** Networks are ours by tag and name; others that hosts are in were given. */
function networkSettings(cluster: string, { hosts, owned: { vpcs, subnets } }: Seen): Partial<UcloudSettings> {
  const tag = tagOf({ name: cluster });
  const own = (part: string): { vpc: Vpc | undefined; subnet: Subnet | undefined } => ({
    vpc: vpcs.find(({ Name, Tag }) => Tag === tag && Name === `${tag}-${part}`),
    subnet: subnets.find(({ SubnetName, Tag }) => Tag === tag && SubnetName === `${tag}-${part}`),
  });
  const [management, clients] = [own('management'), own('clients')];
  const server = hosts.find(({ role }) => role !== 'client');
  const client = hosts.find(({ role }) => role === 'client');
  return {
    ...(rangeOf(management) === undefined ? {} : { managementCidr: rangeOf(management) as string }),
    ...(rangeOf(clients) === undefined ? {} : { clientsCidr: rangeOf(clients) as string }),
    ...(management.vpc || !server ? {} : { vpcId: server.vpcId }),
    ...(management.subnet || !server ? {} : { subnetId: server.subnetId }),
    ...(clients.vpc || !client ? {} : { clientVpcId: client.vpcId }),
    ...(clients.subnet || !client ? {} : { clientSubnetId: client.subnetId }),
  };
}

/** Of a VPC of ours its range, of a subnet in somebody else's that of the subnet. */
function rangeOf({ vpc, subnet }: { vpc: Vpc | undefined; subnet: Subnet | undefined }): string | undefined {
  return vpc?.Network[0] ?? (subnet ? `${subnet.Subnet}/${subnet.Netmask}` : undefined);
}

const IMAGES = { 'consul-server': 'consulServerImage', 'nomad-server': 'nomadServerImage', client: 'clientImage' } as const;

/** Images that `build-images` made are found by their names; others were given by their ids. */
async function imageSettings(
  api: UcloudApi,
  { cluster, hosts, all }: { readonly cluster: string; readonly hosts: readonly SeenHost[]; readonly all: boolean },
  signal: AbortSignal,
): Promise<{ settings: Partial<UcloudSettings>; unsure: string[] }> {
  const settings: { -readonly [Key in keyof UcloudSettings]?: UcloudSettings[Key] } = {};
  const unsure: string[] = [];
  const known = new Map<string, Image | undefined>();
  for (const [role, key] of Object.entries(IMAGES)) {
    const id = hosts.find((host) => host.role === role && host.imageId !== '')?.imageId;
    if (id === undefined) continue;
    if (!known.has(id)) known.set(id, (await api.call('DescribeImage', { ImageId: id }, { signal })).ImageSet[0]);
    const image = known.get(id);
    if (!image) unsure.push(`${id}, which ${role} hosts were made from, is no longer there: new ones take what build-images makes`);
    else if (all || readImageName(image.ImageName)?.cluster !== cluster) settings[key] = id;
  }
  return { settings, unsure };
}

/** A VPC that the servers' is joined with and that is not the clients'. */
async function controllerVpc(
  api: UcloudApi,
  { cluster, hosts, owned, place }: Seen & { readonly cluster: string; readonly place: Place },
  signal: AbortSignal,
): Promise<string | undefined> {
  const tag = tagOf({ name: cluster });
  const idOf = (part: string, isOf: (host: SeenHost) => boolean): string =>
    owned.vpcs.find(({ Name }) => Name === `${tag}-${part}`)?.VPCId ?? hosts.find(isOf)?.vpcId ?? '';
  const management = idOf('management', ({ role }) => role !== 'client');
  const clients = idOf('clients', ({ role }) => role === 'client');
  if (management === '') return undefined;
  const ask = { VPCId: management, DstRegion: place.region, DstProjectId: place.projectId };
  const { DataSet } = await api.call('DescribeVPCIntercom', ask, { signal });
  return DataSet.map(({ VPCId }) => VPCId).find((id) => id !== clients && id !== management);
}
