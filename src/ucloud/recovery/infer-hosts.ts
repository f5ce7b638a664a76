import type { Disk } from '../../clients/ucloud/host-model.js';
import type { Eip, Firewall } from '../../clients/ucloud/network-model.js';
import { portsOfHosts } from '../../cluster/cluster-host.js';
import { tagOf } from '../cluster-tag.js';
import type { OwnedResources } from '../owned/owned-resources.js';
import type { UcloudSettings } from '../settings/options.js';
import { formatClientClass, type ClientClass, type Volume } from '../settings/client-classes.js';
import type { ChargeType } from '../settings/charge-types.js';
import { volumeTypes, type BootDiskType, type DataDiskType } from '../settings/disk-types.js';
import { isVolumeName, volumeNamed, volumeProducts } from '../classes/volumes.js';
import { hostAtCloud } from '../terraform/host-resources.js';
import type { ExistingHost } from '../terraform/assign-hosts.js';

/** A host of a cluster, as it is at UCloud. */
export interface SeenHost extends ExistingHost {
  readonly role: 'consul-server' | 'nomad-server' | 'client';
  /** Of clients; `default` for those without. */
  readonly class: string;
  /** From 1, within its role and class. */
  readonly number: number;
  readonly chargeType: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly volumes: readonly Volume[];
}

const NODE = /^(consul-server|nomad-server|client)(?:-(.+))?-(\d+)$/;

/** Hosts with the cluster's tag and a name of a node's, servers first. */
export function seenHosts(cluster: string, { hosts, isolationGroups, disks }: OwnedResources): SeenHost[] {
  const tag = tagOf({ name: cluster });
  const groups = new Map(isolationGroups.map(({ GroupId, GroupName = '' }) => [GroupId, GroupName.slice(tag.length + 1)]));
  const own = disks.filter(({ Name }) => isVolumeName(cluster, Name));
  const volumes = new Set(own.map(({ UDiskId }) => UDiskId));
  const seen = hosts.flatMap((host): SeenHost[] => {
    const name = host.Name.startsWith(`${cluster}-`) ? host.Name.slice(cluster.length + 1) : '';
    const [, role, kind = 'default', number] = NODE.exec(name) ?? [];
    if (host.Tag !== tag || role === undefined) return [];
    const inside = host.IPSet.find(({ Type }) => Type === 'Private');
    return [
      {
        ...hostAtCloud(name, host, { groups, volumes }),
        volumes: volumesIn(own.filter(({ UHostId }) => UHostId === host.UHostId)),
        ...{ role: role as SeenHost['role'], class: kind, number: Number(number), chargeType: host.ChargeType.toLowerCase() },
        ...{ vpcId: inside?.VPCId ?? '', subnetId: inside?.SubnetId ?? '' },
      },
    ];
  });
  const rank = ({ role }: SeenHost): number => ['consul-server', 'nomad-server', 'client'].indexOf(role);
  return seen.sort((a, b) => rank(a) - rank(b) || a.class.localeCompare(b.class, 'en') || a.number - b.number);
}

function volumesIn(disks: readonly Disk[]): Volume[] {
  const volumes = disks.map(({ Name, Size, DiskType }): Volume => {
    const type = volumeTypes.find((candidate) => volumeProducts[candidate] === DiskType);
    return { ...volumeNamed(Name), size: Size, ...(type === undefined ? {} : { type }) };
  });
  return volumes.sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** What settings hosts were made from: how many of each, of which sizes, with which disks and addresses. */
export function hostSettings(hosts: readonly SeenHost[], eips: readonly Eip[]): Partial<UcloudSettings> {
  const of = (role: SeenHost['role']): SeenHost[] => hosts.filter((host) => host.role === role);
  const [consul, nomad, clients] = [of('consul-server'), of('nomad-server'), of('client')];
  const count = (list: readonly SeenHost[]): number => Math.max(0, ...list.map(({ number }) => number));
  const bound = new Set(eips.flatMap(({ Resource }) => Resource?.ResourceID ?? []));
  const [first] = hosts;
  return {
    consulServers: count(consul),
    nomadServers: count(nomad),
    ...clientSettings(clients, { count, usual: { ...first, dataDiskType: dataDiskType(hosts).dataDiskType } }),
    ...(consul[0] ? { consulServerType: consul[0].instanceType, consulDataDisk: consul[0].dataDisk } : {}),
    ...(nomad[0] ? { nomadServerType: nomad[0].instanceType, nomadDataDisk: nomad[0].dataDisk } : {}),
    ...(clients[0] ? { clientType: clients[0].instanceType, clientDataDisk: clients[0].dataDisk } : {}),
    ...(first?.bootDiskType === undefined ? {} : { bootDiskType: first.bootDiskType as UcloudSettings['bootDiskType'] }),
    ...dataDiskType(hosts),
    ...(['dynamic', 'month', 'year'].includes(first?.chargeType ?? '')
      ? { chargeType: first?.chargeType as UcloudSettings['chargeType'] }
      : {}),
    zones: [...new Set(hosts.map(({ zone }) => zone))].sort().slice(0, 3),
    ...publicSettings(
      { servers: [...consul, ...nomad].some(({ id }) => bound.has(id)), clients: clients.some(({ id }) => bound.has(id)) },
      hosts,
    ),
    ...(eips[0] ? { bandwidth: eips[0].Bandwidth } : {}),
  };
}

/** Servers without addresses are not of mode test; by which way such hosts were reached nobody at UCloud knows. */
function publicSettings(
  has: { readonly servers: boolean; readonly clients: boolean },
  hosts: readonly SeenHost[],
): Pick<UcloudSettings, 'publicAddresses'> & Partial<Pick<UcloudSettings, 'mode' | 'jumpHost'>> {
  if (has.servers || hosts.length === 0) {
    const closed = hosts.some(({ role }) => role === 'client') && !has.clients;
    return { publicAddresses: closed ? 'servers' : 'all' };
  }
  return { publicAddresses: 'all', ...(has.clients ? { mode: 'public' } : { mode: 'private', jumpHost: 'direct' }) };
}

/** @param usual what is said of all hosts */
function clientSettings(
  clients: readonly SeenHost[],
  { count, usual }: { readonly count: (list: readonly SeenHost[]) => number; readonly usual: Partial<SeenHost> },
): Partial<UcloudSettings> {
  const kinds = [...new Set(clients.map((client) => client.class))];
  const classes = kinds.map((name): ClientClass => {
    const own = clients.filter((client) => client.class === name);
    const [one] = own;
    const differs = (key: 'bootDiskType' | 'dataDiskType' | 'chargeType'): boolean => one?.[key] !== undefined && one[key] !== usual[key];
    return {
      ...{ name, count: count(own), ...(one ? { instanceType: one.instanceType } : {}) },
      ...(differs('bootDiskType') ? { bootDiskType: one?.bootDiskType as BootDiskType } : {}),
      ...(one && one.dataDisk !== clients[0]?.dataDisk ? { dataDisk: one.dataDisk } : {}),
      ...(differs('dataDiskType') ? { dataDiskType: one?.dataDiskType as DataDiskType } : {}),
      ...(differs('chargeType') ? { chargeType: one?.chargeType as ChargeType } : {}),
      ...(one && one.volumes.length > 0 ? { volumes: one.volumes } : {}),
    };
  });
  // Without more than a name, a number and a type the short form says it.
  const isPlain = ({ name, count: _, instanceType: __, ...more }: ClientClass): boolean =>
    name === 'default' && Object.keys(more).length === 0;
  return classes.every(isPlain) ? { clients: count(clients) } : { clientClasses: classes.map(formatClientClass) };
}

function dataDiskType(hosts: readonly SeenHost[]): Partial<UcloudSettings> {
  const type = hosts.find((host) => host.dataDiskType !== undefined)?.dataDiskType;
  return type === undefined ? {} : { dataDiskType: type as UcloudSettings['dataDiskType'] };
}

/** Who is let in, and to what: from the firewalls of the roles. */
export function accessSettings(cluster: string, firewalls: readonly Firewall[]): Partial<UcloudSettings> {
  const rulesOf = (role: string): Firewall['Rule'] =>
    firewalls.find(({ Name }) => Name === `${tagOf({ name: cluster })}-${role}`)?.Rule ?? [];
  const servers = rulesOf('consul-server');
  const allowIp = [...new Set(servers.filter(({ DstPort }) => DstPort === '22').map(({ SrcIP }) => SrcIP))];
  const secured = servers.some(({ DstPort }) => DstPort === String(portsOfHosts(true).consulHttp));
  return {
    ...(allowIp.length > 0 ? { allowIp } : {}),
    ...(allowIp.includes('0.0.0.0/0') ? { allowAnyone: true } : {}),
    ...(servers.length === 0 || secured ? { profile: 'secure' as const } : { profile: 'poc' as const, acceptInsecure: true }),
    ...(rulesOf('client').some(({ DstPort }) => /[-:]/.test(DstPort)) ? { openDynamicPorts: true } : {}),
  };
}
