import { checkUserData } from '../params/shared-params.js';
import type { Host, HostImage } from '../records/host.js';
import { invalid, Refusal, retCodes } from '../params/refusal.js';
import { checkQuota, checkStock } from '../scope/quota.js';
import type { Scope } from '../scope/scope.js';
import { allocateEip, bindEip } from './eip.js';
import { firewallFor } from './firewall.js';
import { checkDataDisks, checkDisks, makeDisks, type AskedDisk } from './host-disks.js';
import { checkLogin, keyPairOf, newMachine } from './host-machine.js';
import { installing } from './host-states.js';
import { checkGroup } from './hosts/isolation-group.js';
import { needImage, type Bootable } from './image.js';
import { newMac } from './networks/new-mac.js';
import { takeAddress } from './subnet-holders.js';
import { placeInNetwork } from './vpc.js';

/** Hosts as CreateUHostInstance asks for them. */
export interface AskedHosts {
  readonly Zone: string;
  readonly ImageId: string;
  readonly Disks: readonly AskedDisk[];
  readonly LoginMode: string;
  readonly Password?: string | undefined;
  readonly KeyPairId?: string | undefined;
  readonly CPU: number;
  readonly Memory: number;
  readonly MachineType: string;
  readonly MinimalCpuPlatform: string;
  readonly NetCapability: string;
  readonly ChargeType: string;
  readonly Quantity: number;
  readonly Name: string;
  readonly Tag: string;
  readonly VPCId?: string | undefined;
  readonly SubnetId?: string | undefined;
  readonly PrivateIp: readonly string[];
  readonly SecurityGroupId?: string | undefined;
  readonly IsolationGroup?: string | undefined;
  readonly NetworkInterface: readonly { readonly EIP?: AskedAddress | undefined }[];
  readonly UserData?: string | undefined;
  readonly MaxCount: number;
  readonly expires: number;
}

interface AskedAddress {
  readonly Bandwidth: number;
  readonly OperatorName: string;
  readonly PayMode: string;
  readonly ShareBandwidthId?: string | undefined;
}

/** @throws Refusal; then none is created. */
export function createHosts(scope: Scope, asked: AskedHosts): readonly Host[] {
  const image = needImage(asked.ImageId, scope);
  checkLogin(scope, asked);
  if (image.state !== 'Available') throw new Refusal(retCodes.imageUnusable, `Image [${image.id}] is ${image.state}`);
  const machineType = scope.catalogue.needType(asked.MachineType, asked.Zone);
  scope.catalogue.checkSize(machineType, asked);
  checkDisks(asked.Disks, { machineType, imageSize: image.size });
  checkUserData(asked.UserData);
  if (asked.UserData !== undefined && !image.features.includes('CloudInit'))
    throw invalid('UserData', `image [${image.id}] has no cloud-init`);
  checkMachine(scope, asked, image);
  const { IsolationGroup: group, Zone: zone, MaxCount: adding } = asked;
  if (group !== undefined) checkGroup(scope, { group, zone, adding });
  checkQuota(scope, 'host', asked.MaxCount);
  checkStock(scope, { zone: asked.Zone, machineType: asked.MachineType });
  const kept = keptOf(image);
  return Array.from({ length: asked.MaxCount }, (_, index) => createHost(scope, asked, { image: kept, index }));
}

/** @throws Refusal for hosts that could not run on this computer. */
function checkMachine(scope: Scope, asked: AskedHosts, image: Bootable): void {
  const { machines } = scope;
  const { vpc, subnet } = placeInNetwork(scope, asked);
  const noImage = machines.image(image.osName);
  if (noImage !== undefined) throw new Refusal(retCodes.imageUnusable, `Image [${image.id}] can not run on this computer: ${noImage}`);
  const noSubnet = machines.subnet(vpc.id, subnet.cidr);
  if (noSubnet !== undefined)
    throw new Refusal(retCodes.networkInvalid, `Subnet [${subnet.id}] (${subnet.cidr}) can not be on this computer: ${noSubnet}`);
  if (asked.Disks.some(({ IsBoot }) => !IsBoot)) checkDataDisks(scope);
}

/** Made once for all hosts of a request. */
function keptOf({ id, baseId, baseName, osType, osName, features }: Bootable): HostImage {
  return { id, baseId, baseName, osType, osName, cloudInit: features.includes('CloudInit') };
}

function createHost(scope: Scope, asked: AskedHosts, { image, index }: { readonly image: HostImage; readonly index: number }): Host {
  const { vpc, subnet } = placeInNetwork(scope, asked);
  const resource = scope.create('host', { name: asked.MaxCount === 1 ? asked.Name : `${asked.Name}-${index + 1}`, tag: asked.Tag });
  const owner = { zone: asked.Zone, host: resource.id, chargeType: asked.ChargeType, expires: asked.expires };
  const host: Host = {
    ...resource,
    ...{ zone: asked.Zone, chargeType: asked.ChargeType, expires: asked.expires },
    state: 'Initializing',
    bootDiskState: 'Initializing',
    machineType: asked.MachineType,
    cpuPlatform: platformOf(asked.MinimalCpuPlatform),
    netCapability: asked.NetCapability,
    cpu: asked.CPU,
    memory: asked.Memory,
    image,
    vpc: vpc.id,
    subnet: subnet.id,
    ip: takeAddress(scope, subnet, asked.PrivateIp[index]),
    mac: newMac(),
    firewall: firewallFor(scope, asked.SecurityGroupId),
    isolationGroup: asked.IsolationGroup ?? '',
    localDisks: makeDisks(scope, asked.Disks, { ...owner, name: `${resource.name}-data` }),
    keyPair: keyPairOf(asked),
    userData: asked.UserData ?? '',
    ...newMachine(scope, asked),
  };
  scope.put('host', installing(host, scope));
  const address = asked.NetworkInterface[0]?.EIP;
  if (address)
    bindEip(scope, allocateEip(scope, { ...address, ChargeType: asked.ChargeType, Quantity: asked.Quantity, Tag: asked.Tag }), {
      type: 'uhost',
      id: host.id,
    });
  return host;
}

/** UCloud names the platform that the host came to run on. */
function platformOf(minimal: string): string {
  if (!minimal.endsWith('/Auto')) return minimal;
  return minimal.startsWith('Amd') ? 'Amd/Epyc2' : 'Intel/Cascadelake';
}
