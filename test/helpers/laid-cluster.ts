import { openUcloud, type UcloudApi } from '../../src/clients/ucloud/ucloud-api.js';
import type { Clock } from '../../packages/base/src/clock.js';
import type { EmulatedCloud, Params } from './emulated-cloud.js';
import { secretOf } from './secret-values.js';

/** A cluster as `up` leaves it at UCloud, made without terraform. */
export interface LaidCluster {
  readonly vpcs: readonly [management: string, clients: string];
  readonly subnets: readonly [management: string, clients: string];
  readonly hosts: readonly string[];
}

/** Three hosts with data disks and addresses in two joined VPCs, a firewall, isolation groups and an image: everything tagged and named as ours. */
export async function layCluster(cloud: EmulatedCloud, name: string): Promise<LaidCluster> {
  const Tag = `nomadctl-${name}`;
  const management = await layNetwork(cloud, { name: `${Tag}-management`, Tag, base: '10.80' });
  const clients = await layNetwork(cloud, { name: `${Tag}-clients`, Tag, base: '10.81' });
  await cloud.ok('CreateVPCIntercom', { VPCId: management.VPCId, DstVPCId: clients.VPCId });
  const { FWId } = await cloud.ok('CreateFirewall', { Name: `${Tag}-servers`, Tag, 'Rule.0': 'TCP|22|203.0.113.7/32|ACCEPT|HIGH' });
  const { GroupId } = await cloud.ok('CreateIsolationGroup', { GroupName: `${Tag}-consul-server-1` });
  const placed = { Tag, SecurityGroupId: FWId, IsolationGroup: GroupId };
  const hosts = [
    await layHost(cloud, { ...placed, ...management, Name: `${name}-consul-server-1` }),
    await layHost(cloud, { ...placed, ...management, Name: `${name}-nomad-server-1` }),
    await layHost(cloud, { ...placed, ...clients, Name: `${name}-client-1` }),
  ];
  cloud.clock.advance(60_000);
  await cloud.ok('CreateCustomImage', { UHostId: hosts[0] ?? '', ImageName: `nomadctl-${name}-consul-server-0123456789ab` });
  cloud.clock.advance(600_000);
  return { vpcs: [management.VPCId, clients.VPCId], subnets: [management.SubnetId, clients.SubnetId], hosts };
}

async function layNetwork(
  cloud: EmulatedCloud,
  { name, Tag, base }: { name: string; Tag: string; base: string },
): Promise<{ VPCId: string; SubnetId: string }> {
  const { VPCId } = await cloud.ok('CreateVPC', { Name: name, Tag, 'Network.0': `${base}.0.0/16` });
  const { SubnetId } = await cloud.ok('CreateSubnet', { VPCId, Subnet: `${base}.0.0`, Netmask: 24, SubnetName: name, Tag });
  return { VPCId: String(VPCId), SubnetId: String(SubnetId) };
}

/** A running host after a minute of the cloud's time, with a data disk and a public address. */
export async function layHost(cloud: EmulatedCloud, params: Params): Promise<string> {
  const { ImageSet } = await cloud.ok('DescribeImage', { OsType: 'Linux', Zone: cloud.credentials.zone, ImageType: 'Base' });
  const image = ImageSet.find(({ Features }: { Features: string[] }) => Features.includes('CloudInit'));
  const { UHostIds } = await cloud.ok('CreateUHostInstance', {
    Zone: cloud.credentials.zone,
    ImageId: image.ImageId,
    MachineType: 'O',
    CPU: 2,
    Memory: 4096,
    ChargeType: 'Dynamic',
    LoginMode: 'Password',
    Password: Buffer.from('Example-12').toString('base64'),
    'Disks.0.IsBoot': true,
    'Disks.0.Type': 'CLOUD_RSSD',
    'Disks.0.Size': 40,
    'Disks.1.IsBoot': false,
    'Disks.1.Type': 'CLOUD_RSSD',
    'Disks.1.Size': 20,
    ...params,
  });
  const { EIPSet } = await cloud.ok('AllocateEIP', {
    OperatorName: 'Bgp',
    Bandwidth: 10,
    PayMode: 'Traffic',
    Tag: String(params['Tag'] ?? 'Default'),
  });
  await cloud.ok('BindEIP', { EIPId: EIPSet[0].EIPId, ResourceType: 'uhost', ResourceId: UHostIds[0] });
  return String(UHostIds[0]);
}

/** The cloud's own time, moved on by whoever sleeps: minutes pass at once, and the request log tells when what was asked. */
export function cloudTime({ clock }: EmulatedCloud): Clock {
  return {
    now: () => clock.now(),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      clock.advance(ms);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** Our own client of an emulated cloud. */
export function ourClient(
  cloud: EmulatedCloud,
  { clock = cloudTime(cloud), signal = new AbortController().signal }: { clock?: Clock; signal?: AbortSignal } = {},
): UcloudApi {
  const { publicKey, privateKey, projectId, region } = cloud.credentials;
  return openUcloud({
    baseUrl: cloud.url,
    credentials: { publicKey: secretOf(publicKey), privateKey: secretOf(privateKey) },
    projectId,
    region,
    ctx: { clock, signal },
  });
}
