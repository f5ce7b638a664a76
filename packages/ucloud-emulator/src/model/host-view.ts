import { asciiJson } from '../params/ascii-json.js';
import type { Disk } from '../records/disk.js';
import type { Eip } from '../records/eip.js';
import type { Host, KeyPair } from '../records/host.js';
import type { NetworkInterface } from '../records/network.js';
import type { Scope } from '../scope/scope.js';
import { clusterOf } from './disks/rdma-cluster.js';
import { DEFAULT_WEIGHT } from './eip.js';
import { firstCardId } from './networks/network-interface.js';
import { inSeconds } from '../params/answer-values.js';

interface HostParts {
  readonly disks: readonly Disk[];
  readonly eips: readonly Eip[];
  readonly cards: readonly NetworkInterface[];
  readonly keyPair: KeyPair | undefined;
}

interface HostAnswer {
  readonly host: Host;
  /** What was looked at besides the host. */
  readonly parts: readonly object[];
  readonly json: string;
  /** When it was looked at last. */
  seen: Seen;
}

/** A store that was not written since, at a moment between these, has the same parts: they need not be looked at. */
interface Seen {
  readonly revision: number;
  /** Milliseconds of the cloud's clock. */
  readonly from: number;
  /** When something becomes of a part by itself. */
  readonly until: number;
}

/** Each takes 2 KB. So many that who walks through ten thousand hosts again and again finds all of them. */
const KEPT_HOSTS = 12_000;
/** By the host's id, so that one that changes takes no more than one place. */
const answers = new Map<string, HostAnswer>();

function keep(answer: HostAnswer): void {
  answers.delete(answer.host.id);
  answers.set(answer.host.id, answer);
  const [oldest] = answers.keys();
  if (answers.size > KEPT_HOSTS && oldest !== undefined) answers.delete(oldest);
}

/** A host as DescribeUHostInstance answers it, as JSON. Kept until the host, its disks or its addresses change: clients poll. */
export function hostJson(host: Host, scope: Scope): string {
  const before = answers.get(host.id);
  const known = before?.host === host ? before : undefined;
  if (known && isSame(known.seen, scope)) return known.json;
  const disks = scope.owned('disk', host.id).filter(({ host: holder }) => holder === host.id);
  // An address of a card that is in it is an address of the host's.
  const cards = [...scope.select('networkInterface', { host: host.id })];
  const eips = [...scope.owned('eip', host.id), ...cards.flatMap(({ id }) => scope.owned('eip', id))];
  const keyPair = host.keyPair === '' ? undefined : scope.find('keyPair', host.keyPair);
  const parts = [...disks, ...eips, ...cards, ...(keyPair ? [keyPair] : [])];
  const seen = { revision: scope.revision, from: scope.now, until: nextChange(disks) };
  if (known && same(known.parts, parts)) {
    known.seen = seen;
    return known.json;
  }
  const json = asciiJson(showHost(host, { disks, eips, cards, keyPair }));
  keep({ host, parts, json, seen });
  return json;
}

function isSame({ revision, from, until }: Seen, scope: Scope): boolean {
  return revision === scope.revision && from <= scope.now && scope.now < until;
}

/** Of the parts, disks alone become something by themselves. */
function nextChange(disks: readonly Disk[]): number {
  return Math.min(...disks.map(({ pending }) => pending?.[0]?.at ?? Infinity));
}

function same(one: readonly object[], other: readonly object[]): boolean {
  return one.length === other.length && one.every((record, index) => record === other[index]);
}

function showHost(host: Host, { disks, eips, cards, keyPair }: HostParts): object {
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
    RdmaClusterId: clusterOf(host),
    NetworkState: 'Connected',
    HostType: 'N2',
    StorageType: host.localDisks.length > 0 ? 'LocalDisk' : 'UDisk',
    TotalDiskSpace: totalDataSpace(host, disks),
    HotplugFeature: false,
    CloudInitFeature: host.image.cloudInit,
    IPv6Feature: false,
    NetCapability: host.netCapability ?? 'Normal',
    NetFeatureTag: 'Firewall',
    KeyPair: { KeyPairId: host.keyPair, KeyPairState: host.keyPair === '' ? '' : keyPair ? 'Normal' : 'Deleted' },
    DiskSet: [...host.localDisks.map(showLocalDisk), ...disks.map(showCloudDisk)],
    // Clients take the first private one for the host's own.
    IPSet: [
      ...showPrivateIps(host),
      ...cards.flatMap(({ id, ip, secondaryIps, mac, vpc, subnet }) =>
        [ip, ...secondaryIps].map((own) => ({ ...privateIp({ ip: own, mac, vpc, subnet }), Default: 'false', NetworkInterfaceId: id })),
      ),
      ...eips.map(showPublicIp),
    ],
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

/** Its own first, then those that its first network interface has besides. */
function showPrivateIps({ id, ip, secondaryIps = [], ...where }: Host): object[] {
  return [ip, ...secondaryIps].map((own, index) => ({
    ...privateIp({ ip: own, ...where }),
    Default: index === 0 ? 'true' : 'false',
    NetworkInterfaceId: firstCardId(id),
  }));
}

function privateIp({ ip, mac, vpc, subnet }: Pick<Host, 'ip' | 'mac' | 'vpc' | 'subnet'>): object {
  return { IPMode: 'IPv4', Type: 'Private', IP: ip, Mac: mac, VPCId: vpc, SubnetId: subnet, IPId: '', Bandwidth: 0, Weight: 0 };
}

function showPublicIp({ id, ip, operator, bandwidth, weight = DEFAULT_WEIGHT }: Eip): object {
  return {
    IPMode: 'IPv4',
    Type: operator,
    Default: '',
    IP: ip,
    IPId: id,
    Bandwidth: bandwidth,
    Weight: weight,
    VPCId: '',
    SubnetId: '',
    Mac: '',
    NetworkInterfaceId: '',
  };
}
