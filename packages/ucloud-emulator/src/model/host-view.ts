import { asciiJson } from '../params/ascii-json.js';
import type { Disk } from '../records/disk.js';
import type { Eip } from '../records/eip.js';
import type { Host } from '../records/host.js';
import type { Scope } from '../scope/scope.js';
import { inSeconds } from '../params/answer-values.js';

interface HostAnswer {
  readonly disks: readonly Disk[];
  readonly eips: readonly Eip[];
  readonly json: string;
}

const answers = new WeakMap<Host, HostAnswer>();

/** A host as DescribeUHostInstance answers it, as JSON. Kept until the host, its disks or its addresses change: clients poll. */
export function hostJson(host: Host, scope: Scope): string {
  const disks = scope.owned('disk', host.id).filter(({ host: holder }) => holder === host.id);
  const eips = scope.owned('eip', host.id);
  const before = answers.get(host);
  if (before && same(before.disks, disks) && same(before.eips, eips)) return before.json;
  const json = asciiJson(showHost(host, disks, eips));
  answers.set(host, { disks, eips, json });
  return json;
}

function same(one: readonly object[], other: readonly object[]): boolean {
  return one.length === other.length && one.every((record, index) => record === other[index]);
}

function showHost(host: Host, disks: readonly Disk[], eips: readonly Eip[]): object {
  const boot = disks.find(({ isBoot }) => isBoot)?.id ?? host.localDisks.find(({ isBoot }) => isBoot)?.id ?? '';
  return {
    UHostId: host.id,
    Zone: host.zone,
    Name: host.name,
    Tag: host.tag,
    Remark: host.remark,
    State: host.state,
    BootDiskState: host.bootDiskState,
    LifeCycle: 'Normal',
    MachineType: host.machineType,
    CpuPlatform: host.cpuPlatform,
    CPU: host.cpu,
    Memory: host.memory,
    GPU: 0,
    OsType: host.image.osType,
    OsName: host.image.osName,
    ImageId: boot,
    BasicImageId: host.image.baseId,
    BasicImageName: host.image.baseName,
    ChargeType: host.chargeType,
    AutoRenew: 'Yes',
    CreateTime: inSeconds(host.created),
    ExpireTime: inSeconds(host.expires),
    IsolationGroup: host.isolationGroup,
    RdmaClusterId: '',
    NetworkState: 'Connected',
    HostType: 'N2',
    StorageType: host.localDisks.length > 0 ? 'LocalDisk' : 'UDisk',
    TotalDiskSpace: totalDataSpace(host, disks),
    HotplugFeature: false,
    CloudInitFeature: host.image.cloudInit,
    IPv6Feature: false,
    NetCapability: 'Normal',
    KeyPair: { KeyPairId: host.keyPair, KeyPairState: host.keyPair === '' ? '' : 'Normal' },
    DiskSet: [...host.localDisks.map(showLocalDisk), ...disks.map(showCloudDisk)],
    // Clients take the first private one for the host's own.
    IPSet: [showPrivateIp(host), ...eips.map(showPublicIp)],
  };
}

function totalDataSpace(host: Host, disks: readonly Disk[]): number {
  return [...host.localDisks, ...disks].reduce((sum, { isBoot, size }) => sum + (isBoot ? 0 : size), 0);
}

function showLocalDisk({ id, type, size, isBoot }: Host['localDisks'][number], index: number): object {
  return {
    ...diskAnswer({ id, type, size, isBoot }),
    Type: isBoot ? 'Boot' : 'Data',
    Drive: index === 0 ? '/dev/vda' : '/dev/vdb',
    Name: '',
  };
}

function showCloudDisk(disk: Disk): object {
  return { ...diskAnswer(disk), Type: disk.isBoot ? 'Boot' : 'Udisk', Drive: disk.device, Name: disk.name };
}

function diskAnswer({
  id,
  type,
  size,
  isBoot,
}: {
  readonly id: string;
  readonly type: string;
  readonly size: number;
  readonly isBoot: boolean;
}): object {
  return { DiskId: id, DiskType: type, Size: size, IsBoot: isBoot ? 'True' : 'False', BackupType: 'NONE', Encrypted: 'false' };
}

function showPrivateIp({ ip, mac, vpc, subnet }: Host): object {
  return {
    IPMode: 'IPv4',
    Type: 'Private',
    Default: 'true',
    IP: ip,
    Mac: mac,
    VPCId: vpc,
    SubnetId: subnet,
    IPId: '',
    Bandwidth: 0,
    Weight: 0,
    NetworkInterfaceId: '',
  };
}

function showPublicIp({ id, ip, operator, bandwidth }: Eip): object {
  return {
    IPMode: 'IPv4',
    Type: operator,
    Default: '',
    IP: ip,
    IPId: id,
    Bandwidth: bandwidth,
    Weight: 50,
    VPCId: '',
    SubnetId: '',
    Mac: '',
    NetworkInterfaceId: '',
  };
}
