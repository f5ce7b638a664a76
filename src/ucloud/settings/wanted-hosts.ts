import type { UcloudSettings } from './options.js';
import type { HostRole } from '../../cluster/cluster-host.js';

/** A host that the settings ask for. */
export interface WantedHost {
  readonly name: string;
  readonly role: HostRole;
  /** Of clients; empty for servers. */
  readonly class: string;
  /** From 1, within its role and class. */
  readonly number: number;
  readonly instanceType: string;
  /** In GB; 0: none. */
  readonly dataDisk: number;
  readonly publicAddress: boolean;
  readonly isolationGroup: string;
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
  | 'publicAddresses'
  | 'mode'
>;

/** Every host of a cluster, Consul servers first, then Nomad servers, then clients by class. */
export function wantedHosts(settings: Sizes): WantedHost[] {
  const open = publicRoles(settings);
  return [
    ...hosts({ prefix: 'consul-server', role: 'consul-server', class: '', count: settings.consulServers }, (_) => ({
      instanceType: settings.consulServerType,
      dataDisk: settings.consulDataDisk,
      publicAddress: open.servers,
    })),
    ...hosts({ prefix: 'nomad-server', role: 'nomad-server', class: '', count: settings.nomadServers }, (_) => ({
      instanceType: settings.nomadServerType,
      dataDisk: settings.nomadDataDisk,
      publicAddress: open.servers,
    })),
    ...classesOf(settings).flatMap(({ name, count, instanceType }) =>
      hosts({ prefix: name === DEFAULT_CLASS ? 'client' : `client-${name}`, role: 'client', class: name, count }, (_) => ({
        instanceType,
        dataDisk: settings.clientDataDisk,
        publicAddress: open.clients,
      })),
    ),
  ];
}

/** Who has a public address: nobody who is not named here gets one. */
export function publicRoles({ mode, publicAddresses }: Pick<UcloudSettings, 'mode' | 'publicAddresses'>): {
  readonly servers: boolean;
  readonly clients: boolean;
} {
  return { servers: mode === 'test', clients: mode === 'public' || (mode === 'test' && publicAddresses === 'all') };
}

const DEFAULT_CLASS = 'default';

/** `name:count[:instance-type]`, as the settings were checked. */
export function classesOf({ clientClasses, clients, clientType }: Pick<Sizes, 'clientClasses' | 'clients' | 'clientType'>): {
  readonly name: string;
  readonly count: number;
  readonly instanceType: string;
}[] {
  if (clientClasses.length === 0) return [{ name: DEFAULT_CLASS, count: clients, instanceType: clientType }];
  return clientClasses.map((text) => {
    const [name = '', count = '0', instanceType] = text.split(':');
    return { name, count: Number(count), instanceType: instanceType || clientType };
  });
}

/** UCloud puts at most seven hosts of a zone on different machines. */
const GROUP_SIZE = 7;

interface Kind {
  readonly prefix: string;
  readonly role: HostRole;
  readonly class: string;
  readonly count: number;
}

function hosts(kind: Kind, of: (number: number) => Pick<WantedHost, 'instanceType' | 'dataDisk' | 'publicAddress'>): WantedHost[] {
  return Array.from({ length: kind.count }, (_, index) => ({
    name: `${kind.prefix}-${index + 1}`,
    role: kind.role,
    class: kind.class,
    number: index + 1,
    ...of(index + 1),
    isolationGroup: `${kind.prefix}-${Math.floor(index / GROUP_SIZE) + 1}`,
  }));
}
