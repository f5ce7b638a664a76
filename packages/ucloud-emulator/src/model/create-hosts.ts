import { randomInt } from 'node:crypto';
import { checkPassword, checkUserData } from '../params/shared-params.js';
import type { Host } from '../records/host.js';
import { invalid, missing, Refusal, retCodes } from '../params/refusal.js';
import { checkQuota, checkStock } from '../scope/quota.js';
import type { Scope } from '../scope/scope.js';
import { allocateEip, bindEip } from './eip.js';
import { checkDataDisks, checkDisks, makeDisks, type AskedDisk } from './host-disks.js';
import { newMachine } from './host-machine.js';
import { installing } from './host-states.js';
import { needImage, type Bootable } from './image.js';
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

/** UCloud spreads a group over its machines: more hosts do not fit. */
const LARGEST_GROUP = 7;

/** @throws Refusal; then none is created. */
export function createHosts(scope: Scope, asked: AskedHosts): readonly Host[] {
  const image = needImage(asked.ImageId, scope);
  checkLogin(scope, asked);
  if (image.state !== 'Available') throw new Refusal(retCodes.imageUnusable, `Image [${image.id}] is ${image.state}`);
  checkDisks(asked.Disks, { machineType: asked.MachineType, imageSize: image.size });
  checkUserData(asked.UserData);
  if (asked.UserData !== undefined && !image.features.includes('CloudInit'))
    throw invalid('UserData', `image [${image.id}] has no cloud-init`);
  checkMachine(scope, asked, image);
  checkGroup(scope, asked);
  checkQuota(scope, 'host', asked.MaxCount);
  checkStock(scope, { zone: asked.Zone, machineType: asked.MachineType });
  return Array.from({ length: asked.MaxCount }, (_, index) => createHost(scope, asked, { image, index }));
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

function checkLogin(scope: Scope, { LoginMode, Password, KeyPairId }: AskedHosts): void {
  if (LoginMode === 'KeyPair') {
    if (KeyPairId === undefined) throw missing('KeyPairId');
    scope.need('keyPair', KeyPairId);
  }
  if (LoginMode !== 'Password') return;
  if (Password === undefined) throw missing('Password');
  checkPassword(Password);
}

function checkGroup(scope: Scope, { IsolationGroup, Zone, MaxCount }: AskedHosts): void {
  if (IsolationGroup === undefined) return;
  scope.need('isolationGroup', IsolationGroup);
  const members = scope.select('host', { isolationGroup: IsolationGroup, zone: Zone }).length;
  if (members + MaxCount > LARGEST_GROUP)
    throw new Refusal(retCodes.hostQuota, `Isolation group [${IsolationGroup}] takes ${LARGEST_GROUP} hosts in ${Zone}`);
}

function createHost(scope: Scope, asked: AskedHosts, { image, index }: { readonly image: Bootable; readonly index: number }): Host {
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
    cpu: asked.CPU,
    memory: asked.Memory,
    image: {
      id: image.id,
      baseId: image.baseId,
      baseName: image.baseName,
      osType: image.osType,
      osName: image.osName,
      cloudInit: image.features.includes('CloudInit'),
    },
    vpc: vpc.id,
    subnet: subnet.id,
    ip: takeAddress(scope, subnet, asked.PrivateIp[index]),
    mac: newMac(),
    firewall: firewallFor(scope, asked.SecurityGroupId),
    isolationGroup: asked.IsolationGroup ?? '',
    localDisks: makeDisks(scope, asked.Disks, { ...owner, name: `${resource.name}-data` }),
    keyPair: asked.LoginMode === 'KeyPair' ? (asked.KeyPairId ?? '') : '',
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

function firewallFor(scope: Scope, asked: string | undefined): string {
  if (asked !== undefined) return scope.need('firewall', asked).id;
  return scope.list('firewall').find(({ type }) => type === 'recommend web')?.id ?? '';
}

function newMac(): string {
  return `52:54:00${Array.from({ length: 3 }, () => `:${randomInt(256).toString(16).padStart(2, '0')}`).join('')}`;
}
