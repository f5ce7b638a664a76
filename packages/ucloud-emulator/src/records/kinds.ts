import type { Label, Setting } from './account.js';
import type { Disk, Snapshot } from './disk.js';
import type { BandwidthPackage, Eip, ShareBandwidth } from './eip.js';
import type { Firewall } from './firewall.js';
import type { Host, IsolationGroup, KeyPair } from './host.js';
import type { Image } from './image.js';
import type { Backend, LbRule, Listener, SecurityPolicy, Ssl, Ulb } from './load-balancer.js';
import type { NatGateway, NatRule, SnatRule } from './nat-gateway.js';
import type { Lease, NetworkInterface, Peering, Subnet, Vip, Vpc } from './network.js';
import type { RouteTable } from './route-table.js';

export interface Records {
  vpc: Vpc;
  subnet: Subnet;
  firewall: Firewall;
  isolationGroup: IsolationGroup;
  host: Host;
  disk: Disk;
  snapshot: Snapshot;
  eip: Eip;
  image: Image;
  networkInterface: NetworkInterface;
  lease: Lease;
  peering: Peering;
  ulb: Ulb;
  listener: Listener;
  backend: Backend;
  lbRule: LbRule;
  ssl: Ssl;
  natGateway: NatGateway;
  natRule: NatRule;
  routeTable: RouteTable;
  shareBandwidth: ShareBandwidth;
  keyPair: KeyPair;
  vip: Vip;
  label: Label;
  bandwidthPackage: BandwidthPackage;
  securityPolicy: SecurityPolicy;
  snatRule: SnatRule;
  setting: Setting;
}

export type Kind = keyof Records;

interface KindFacts<K extends Kind> {
  /** Clients tell kinds apart by what stands before the first `-`. */
  readonly prefix: string;
  /** What a request for an unknown id gets. */
  readonly notFound: number;
  readonly title: string;
  /** The record that this one belongs to: `store.owned` finds by it. */
  readonly owner?: (record: Records[K]) => string;
  /** Fields that lists are filtered by: `scope.select` finds by them without looking at the others. Nothing pending changes them. */
  readonly by?: readonly (keyof Records[K] & string)[];
  /** The addresses that it holds, and of which range: a subnet, or PUBLIC. Empty ones do not count. */
  readonly addresses?: (record: Records[K]) => readonly (readonly [range: string, ip: string])[];
  /** What is added up over all of a place. Nothing pending changes it. */
  readonly tally?: (record: Records[K]) => readonly number[];
  /** In one zone: a request that names another one does not find it. Images are made in one, and used in all. */
  readonly zoneOf?: (record: Records[K]) => string;
}

/** The range of all public addresses, of whatever project and region. */
export const PUBLIC = 'public';

const addresses = ({ subnet, ip }: { readonly subnet: string; readonly ip: string }): [[string, string]] => [[subnet, ip]];
const zoneOf = ({ zone }: { readonly zone: string }): string => zone;

/** Kinds without a documented code for "not found" answer 54002, which the VPC product's neighbours use. */
export const kinds: { readonly [K in Kind]: KindFacts<K> } = {
  vpc: { prefix: 'uvnet', notFound: 54002, title: 'VPC' },
  subnet: { prefix: 'subnet', notFound: 54002, title: 'subnet', owner: ({ vpc }) => vpc },
  firewall: { prefix: 'firewall', notFound: 54002, title: 'firewall' },
  isolationGroup: { prefix: 'ig', notFound: 8037, title: 'isolation group' },
  host: {
    prefix: 'uhost',
    notFound: 8039,
    title: 'host',
    owner: ({ subnet }) => subnet,
    zoneOf,
    by: ['zone', 'tag', 'vpc', 'subnet', 'isolationGroup', 'firewall'],
    addresses: ({ subnet, ip, secondaryIps = [] }) => [ip, ...secondaryIps].map((one) => [subnet, one] as const),
  },
  disk: { prefix: 'bsm', notFound: 17041, title: 'disk', owner: ({ host }) => host, zoneOf, by: ['zone', 'type', 'isBoot', 'source'] },
  snapshot: { prefix: 'bsSnap', notFound: 54002, title: 'snapshot', owner: ({ disk }) => disk, zoneOf },
  eip: {
    prefix: 'eip',
    notFound: 4210,
    title: 'EIP',
    owner: ({ resource }) => resource,
    by: ['shareBandwidth'],
    addresses: ({ ip }) => [[PUBLIC, ip]],
    // How much bandwidth they have together, and how many are free.
    tally: ({ bandwidth, resource }) => [bandwidth, resource === '' ? 1 : 0],
  },
  image: { prefix: 'uimage', notFound: 8846, title: 'image' },
  networkInterface: {
    prefix: 'uni',
    notFound: 54002,
    title: 'network interface',
    owner: ({ subnet }) => subnet,
    by: ['host', 'firewall', 'vpc', 'subnet', 'tag'],
    addresses: ({ subnet, ip, secondaryIps }) => [ip, ...secondaryIps].map((one) => [subnet, one] as const),
  },
  lease: { prefix: 'lease', notFound: 54002, title: 'lease', owner: ({ subnet }) => subnet, addresses },
  peering: { prefix: 'peering', notFound: 58103, title: 'peering', owner: ({ vpc }) => vpc },
  ulb: { prefix: 'ulb', notFound: 4086, title: 'load balancer', owner: ({ subnet }) => subnet, addresses, by: ['vpc', 'firewall'] },
  listener: { prefix: 'vserver', notFound: 4143, title: 'listener', owner: ({ ulb }) => ulb, by: ['securityPolicy'] },
  backend: { prefix: 'backend', notFound: 4093, title: 'backend', owner: ({ listener }) => listener, by: ['resource'] },
  lbRule: { prefix: 'rule', notFound: 4143, title: 'rule', owner: ({ listener }) => listener },
  ssl: { prefix: 'ssl', notFound: 4143, title: 'certificate' },
  natGateway: { prefix: 'natgw', notFound: 54002, title: 'NAT gateway', owner: ({ vpc }) => vpc, by: ['firewall'] },
  natRule: { prefix: 'natrule', notFound: 54002, title: 'NAT rule', owner: ({ gateway }) => gateway },
  routeTable: { prefix: 'rtb', notFound: 54002, title: 'route table', owner: ({ vpc }) => vpc },
  shareBandwidth: { prefix: 'bwshare', notFound: 4210, title: 'shared bandwidth' },
  keyPair: { prefix: 'ukp', notFound: 8039, title: 'key pair' },
  vip: { prefix: 'vip', notFound: 54002, title: 'VIP', owner: ({ subnet }) => subnet, zoneOf, addresses },
  label: { prefix: 'label', notFound: 54002, title: 'label' },
  bandwidthPackage: { prefix: 'bwpack', notFound: 4210, title: 'bandwidth package', owner: ({ eip }) => eip },
  securityPolicy: { prefix: 'securitypolicy', notFound: 4143, title: 'security policy' },
  snatRule: { prefix: 'snatrule', notFound: 54002, title: 'SNAT rule', owner: ({ gateway }) => gateway },
  setting: { prefix: 'setting', notFound: 54002, title: 'setting' },
};
