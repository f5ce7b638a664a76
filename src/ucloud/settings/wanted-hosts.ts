import type { UcloudSettings } from './options.js';
import type { HostRole } from '../../cluster/cluster-host.js';
import { parseClientClass, type ClientClass, type Volume } from './client-classes.js';
import type { ChargeType } from './charge-types.js';
import { isLocalDisk, type BootDiskType, type DataDiskType } from './disk-types.js';

/** A host that the settings ask for. */
export interface WantedHost extends HostMake {
  readonly name: string;
  readonly role: HostRole;
  /** Of clients; empty for servers. */
  readonly class: string;
  /** From 1, within its role and class. */
  readonly number: number;
  readonly isolationGroup: string;
}

/** What hosts of a role and class are made from, each the same. */
export interface HostMake {
  readonly instanceType: string;
  /** Id of an image of its own; empty: that of its role. */
  readonly image: string;
  /** In GB; 0: as large as the image. */
  readonly bootDisk: number;
  readonly bootDiskType: BootDiskType;
  /** In GB; 0: none. */
  readonly dataDisk: number;
  readonly dataDiskType: DataDiskType;
  readonly chargeType: ChargeType;
  /** That it goes to, in turn; none: those of the cluster. */
  readonly zones: readonly string[];
  readonly publicAddress: boolean;
  readonly volumes: readonly Volume[];
  /** Nomad's, of a client. */
  readonly meta: Readonly<Record<string, string>>;
}

type Sizes = Pick<
  UcloudSettings,
  | 'consulServers'
  | 'nomadServers'
  | 'clients'
  | 'clientClasses'
  | 'consulServerType'
  | 'nomadServerType'
  | 'clientType'
  | 'consulDataDisk'
  | 'nomadDataDisk'
  | 'clientDataDisk'
  | 'bootDiskType'
  | 'dataDiskType'
  | 'chargeType'
  | 'publicAddresses'
  | 'mode'
>;

/** Every host of a cluster, Consul servers first, then Nomad servers, then clients by class. */
export function wantedHosts(settings: Sizes): WantedHost[] {
  const open = publicRoles(settings);
  const { bootDiskType, dataDiskType, chargeType } = settings;
  const all = { image: '', bootDisk: 0, bootDiskType, dataDiskType, chargeType, zones: [], volumes: [], meta: {} };
  const servers = { ...all, publicAddress: open.servers };
  return [
    ...hosts(
      { prefix: 'consul-server', role: 'consul-server', class: '', count: settings.consulServers },
      { ...servers, instanceType: settings.consulServerType, dataDisk: settings.consulDataDisk },
    ),
    ...hosts(
      { prefix: 'nomad-server', role: 'nomad-server', class: '', count: settings.nomadServers },
      { ...servers, instanceType: settings.nomadServerType, dataDisk: settings.nomadDataDisk },
    ),
    ...classesOf(settings).flatMap((one) => {
      const prefix = one.name === DEFAULT_CLASS ? 'client' : `client-${one.name}`;
      const make = { ...all, publicAddress: open.clients, dataDisk: settings.clientDataDisk, ...makeOf(one, settings) };
      return hosts({ prefix, role: 'client', class: one.name, count: one.count }, make);
    }),
  ];
}

/** What a class says of its own. */
function makeOf({ name: _, count: __, ...own }: ClientClass, { clientType, dataDiskType }: Sizes): Pick<HostMake, 'instanceType'> & object {
  // Who boots from a disk in the host has no data disk elsewhere.
  const fitting = own.bootDiskType !== undefined && isLocalDisk(own.bootDiskType) ? own.bootDiskType : dataDiskType;
  return { instanceType: clientType, dataDiskType: fitting, ...own };
}

/** Who has a public address: nobody who is not named here gets one. */
export function publicRoles({ mode, publicAddresses }: Pick<UcloudSettings, 'mode' | 'publicAddresses'>): {
  readonly servers: boolean;
  readonly clients: boolean;
} {
  return { servers: mode === 'test', clients: mode === 'public' || (mode === 'test' && publicAddresses === 'all') };
}

const DEFAULT_CLASS = 'default';

/** As the settings were checked. */
export function classesOf({ clientClasses, clients }: Pick<Sizes, 'clientClasses' | 'clients'>): ClientClass[] {
  if (clientClasses.length === 0) return [{ name: DEFAULT_CLASS, count: clients }];
  return clientClasses.flatMap((word) => parseClientClass(word) ?? []);
}

/** UCloud puts at most seven hosts of a zone on different machines. */
const GROUP_SIZE = 7;

interface Kind {
  readonly prefix: string;
  readonly role: HostRole;
  readonly class: string;
  readonly count: number;
}

function hosts(kind: Kind, make: HostMake): WantedHost[] {
  return Array.from({ length: kind.count }, (_, index) => ({
    name: `${kind.prefix}-${index + 1}`,
    role: kind.role,
    class: kind.class,
    number: index + 1,
    ...make,
    isolationGroup: `${kind.prefix}-${Math.floor(index / GROUP_SIZE) + 1}`,
  }));
}
