import type { Params } from '../../../../test/helpers/emulated-cloud.js';
import type { DispatchedCloud } from './dispatched-cloud.js';

/** Resources in an emulated cloud, each made in one line; what they answer is their id. */
const HOUR = 3_600_000;
const encoded = (text: string): string => Buffer.from(text).toString('base64');

/** As much later as anything takes. */
export function later(cloud: DispatchedCloud): void {
  cloud.clock.advance(HOUR);
}

export function baseImage(cloud: DispatchedCloud, OsName = 'Debian 12'): string {
  const { ImageSet } = cloud.ok('DescribeImage', { ImageType: 'Base', Limit: 100 });
  return ImageSet.find((image: { OsName: string }) => image.OsName.startsWith(OsName)).ImageId;
}

/** What CreateUHostInstance takes. */
export function hostParams(cloud: DispatchedCloud): Params {
  return {
    ...{ Zone: cloud.zone, ImageId: baseImage(cloud), Password: encoded('Example-12'), MachineType: 'N' },
    ...{ 'Disks.0.IsBoot': 'true', 'Disks.0.Type': 'CLOUD_SSD', 'Disks.0.Size': 20 },
  };
}

/** A host that runs, and is ready. */
export function host(cloud: DispatchedCloud, more: Params = {}): string {
  const [id] = cloud.ok('CreateUHostInstance', { ...hostParams(cloud), ...more }).UHostIds;
  later(cloud);
  return id;
}

export function stoppedHost(cloud: DispatchedCloud, more: Params = {}): string {
  const UHostId = host(cloud, more);
  cloud.ok('StopUHostInstance', { UHostId });
  later(cloud);
  return UHostId;
}

export function vpc(cloud: DispatchedCloud, network = '192.168.0.0/16'): string {
  return cloud.ok('CreateVPC', { Name: 'net', 'Network.0': network }).VPCId;
}

export function subnet(cloud: DispatchedCloud, VPCId: string, Subnet = '192.168.1.0', Netmask = 24): string {
  return cloud.ok('CreateSubnet', { VPCId, Subnet, Netmask }).SubnetId;
}

export function firewall(cloud: DispatchedCloud): string {
  return cloud.ok('CreateFirewall', { Name: 'wall', 'Rule.0': 'TCP|22|0.0.0.0/0|ACCEPT|HIGH' }).FWId;
}

export function eip(cloud: DispatchedCloud, more: Params = {}): string {
  return cloud.ok('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 2, ...more }).EIPSet[0].EIPId;
}

/** An address that a host has. */
export function boundEip(cloud: DispatchedCloud, ResourceId = host(cloud)): string {
  const EIPId = eip(cloud);
  cloud.ok('BindEIP', { EIPId, ResourceType: 'uhost', ResourceId });
  return EIPId;
}

export function disk(cloud: DispatchedCloud, more: Params = {}): string {
  return cloud.ok('CreateUDisk', { Zone: cloud.zone, Size: 20, Name: 'data', ...more }).UDiskId[0];
}

export function attachedDisk(cloud: DispatchedCloud, HostId = host(cloud)): string {
  const UDiskId = disk(cloud);
  cloud.ok('AttachUDisk', { Zone: cloud.zone, UDiskId, HostId });
  return UDiskId;
}

export function snapshot(cloud: DispatchedCloud, UDiskId = disk(cloud)): string {
  return cloud.ok('CreateUDiskSnapshot', { Zone: cloud.zone, UDiskId, Name: 'then' }).SnapshotId[0];
}

/** An image that is still being made. */
export function image(cloud: DispatchedCloud): string {
  return cloud.ok('CreateCustomImage', { UHostId: host(cloud), ImageName: 'mine' }).ImageId;
}

export function balancer(cloud: DispatchedCloud, more: Params = { OuterMode: 'Yes' }): string {
  return cloud.ok('CreateULB', more).ULBId;
}

/** Which listener of which load balancer, as most actions ask for it. */
export function listener(cloud: DispatchedCloud, more: Params = {}): { readonly ULBId: string; readonly VServerId: string } {
  const ULBId = balancer(cloud, { OuterMode: 'Yes' });
  return { ULBId, VServerId: cloud.ok('CreateVServer', { ULBId, Protocol: 'TCP', FrontendPort: 80, ...more }).VServerId };
}

export function certificate(cloud: DispatchedCloud): string {
  return cloud.ok('CreateSSL', { SSLName: 'cert', SSLContent: 'pem' }).SSLId;
}

export function natGateway(cloud: DispatchedCloud, SubnetId: string): string {
  return cloud.ok('CreateNATGW', { NATGWName: 'way', FirewallId: firewall(cloud), 'SubnetworkIds.0': SubnetId }).NATGWId;
}

export function routeTable(cloud: DispatchedCloud, VPCId: string): string {
  return cloud.ok('CreateRouteTable', { VPCId }).RouteTableId;
}

/** What every place has from the start. */
export function first(cloud: DispatchedCloud, kind: 'VPC' | 'Subnet' | 'Firewall'): string {
  const reply = cloud.ok(`Describe${kind}`);
  return kind === 'Firewall' ? reply['DataSet'][0].FWId : reply['DataSet'][0][`${kind}Id`];
}
