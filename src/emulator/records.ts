/** What the cloud keeps. Records are never changed in place: a change is a new record, so that a view of the past is whole. */
export interface Resource {
  readonly id: string;
  readonly project: string;
  readonly region: string;
  readonly name: string;
  readonly tag: string;
  readonly remark: string;
  /** Milliseconds of the cloud's clock, as all times here; answers are in seconds. */
  readonly created: number;
}

/** What becomes of a record by itself, in order of time: a host that initialises, an image in the making. */
export interface Pending<T> {
  readonly at: number;
  readonly set: Partial<T>;
}

export interface Changing<T> {
  readonly pending?: readonly Pending<T>[];
}

/** How it is paid for. */
export interface Charged {
  readonly chargeType: string;
  readonly expires: number;
}

export interface Vpc extends Resource {
  readonly networks: readonly string[];
  readonly isDefault: boolean;
  readonly updated: number;
}

export interface Subnet extends Resource {
  readonly vpc: string;
  readonly cidr: string;
  readonly isDefault: boolean;
  /** Absent: the VPC's default table. */
  readonly routeTable?: string;
}

/** Sent and answered as `PROTOCOL|PORT|CIDR|ACTION|PRIORITY|REMARK`. */
export type FirewallRule = string;

export interface Firewall extends Resource {
  readonly type: 'user defined' | 'recommend web' | 'recommend non web';
  readonly rules: readonly FirewallRule[];
}

export type IsolationGroup = Resource;

export type HostState = 'Initializing' | 'Starting' | 'Running' | 'Stopping' | 'Stopped' | 'Rebooting' | 'Install Fail' | 'ResizeFail';

export interface LocalDisk {
  readonly id: string;
  readonly type: string;
  readonly size: number;
  readonly isBoot: boolean;
}

export interface Host extends Resource, Charged, Changing<Host> {
  readonly zone: string;
  readonly state: HostState;
  readonly bootDiskState: 'Initializing' | 'Normal';
  readonly machineType: string;
  readonly cpuPlatform: string;
  readonly cpu: number;
  readonly memory: number;
  readonly image: HostImage;
  readonly vpc: string;
  readonly subnet: string;
  readonly ip: string;
  readonly mac: string;
  readonly firewall: string;
  readonly isolationGroup: string;
  readonly localDisks: readonly LocalDisk[];
  readonly keyPair: string;
  /** Base64, as it came. */
  readonly userData: string;
}

/** What a host keeps of the image that it was made from. */
export interface HostImage {
  readonly id: string;
  /** The base image at the root of custom ones. */
  readonly baseId: string;
  readonly baseName: string;
  readonly osType: string;
  readonly osName: string;
  readonly cloudInit: boolean;
}

export interface Disk extends Resource, Charged, Changing<Disk> {
  readonly zone: string;
  readonly size: number;
  /** As hosts spell it: CLOUD_SSD. */
  readonly type: string;
  readonly isBoot: boolean;
  readonly status: 'Available' | 'Attaching' | 'InUse' | 'Detaching';
  /** The host, or empty. */
  readonly host: string;
  readonly device: string;
}

export interface Eip extends Resource, Charged {
  readonly ip: string;
  readonly operator: string;
  readonly bandwidth: number;
  readonly payMode: string;
  /** Both empty while it is free. */
  readonly resourceType: string;
  readonly resource: string;
  readonly shareBandwidth: string;
}

export interface Image extends Resource, Changing<Image> {
  readonly zone: string;
  readonly state: 'Making' | 'Copying' | 'Available' | 'Unavailable';
  readonly size: number;
  readonly osType: string;
  readonly osName: string;
  readonly features: readonly string[];
  readonly baseId: string;
  readonly baseName: string;
}

/** A private address that stays taken for a while after its host is gone. */
export interface Lease extends Resource {
  readonly subnet: string;
  readonly ip: string;
  readonly until: number;
}

export interface Peering extends Resource {
  readonly vpc: string;
  readonly peerVpc: string;
  readonly peerRegion: string;
  readonly peerProject: string;
}

export interface Ulb extends Resource {
  readonly mode: 'OuterMode' | 'InnerMode';
  readonly listenType: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly ip: string;
  readonly firewall: string;
}

export interface Listener extends Resource {
  readonly ulb: string;
  readonly protocol: string;
  readonly port: number;
  readonly listenType: string;
  readonly method: string;
  readonly persistenceType: string;
  readonly persistenceInfo: string;
  readonly clientTimeout: number;
  readonly monitorType: string;
  readonly domain: string;
  readonly path: string;
  readonly ssls: readonly string[];
}

export interface Backend extends Resource {
  readonly ulb: string;
  readonly listener: string;
  readonly resourceType: string;
  readonly resource: string;
  readonly port: number;
}

/** Which backends of a listener answer for a domain or path. */
export interface LbRule extends Resource {
  readonly listener: string;
  readonly type: string;
  readonly match: string;
  readonly priority: number;
  readonly backends: readonly string[];
}

export interface Ssl extends Resource {
  readonly content: string;
}

export interface NatGateway extends Resource {
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly firewall: string;
  readonly whiteListOpen: boolean;
  readonly whiteList: readonly string[];
}

/** A port of the gateway's address that leads to one of a host. */
export interface NatRule extends Resource {
  readonly gateway: string;
  readonly protocol: string;
  readonly eip: string;
  readonly fromPort: string;
  readonly toIp: string;
  readonly toPort: string;
}

export interface RouteTable extends Resource {
  readonly vpc: string;
  readonly isDefault: boolean;
  readonly rules: readonly RouteRule[];
}

export interface RouteRule {
  readonly id: string;
  readonly destination: string;
  readonly nexthopType: string;
  readonly nexthop: string;
  readonly priority: number;
  readonly remark: string;
}

export interface ShareBandwidth extends Resource, Charged {
  readonly bandwidth: number;
}

export interface KeyPair extends Resource {
  readonly fingerprint: string;
  readonly publicKey: string;
}

/** Its key is the name. */
export interface Label extends Resource {
  readonly value: string;
  readonly resources: readonly string[];
}

export interface Vip extends Resource {
  readonly zone: string;
  readonly vpc: string;
  readonly subnet: string;
  readonly ip: string;
}

/** Keeps the clock, the accounts and the seeded places: not a resource of anybody's. */
export interface Setting extends Resource {
  readonly value: unknown;
}

export interface Records {
  vpc: Vpc;
  subnet: Subnet;
  firewall: Firewall;
  isolationGroup: IsolationGroup;
  host: Host;
  disk: Disk;
  eip: Eip;
  image: Image;
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
}

/** Kinds without a documented code for "not found" answer 54002, which the VPC product's neighbours use. */
export const kinds: { readonly [K in Kind]: KindFacts<K> } = {
  vpc: { prefix: 'uvnet', notFound: 54002, title: 'VPC' },
  subnet: { prefix: 'subnet', notFound: 54002, title: 'subnet', owner: ({ vpc }) => vpc },
  firewall: { prefix: 'firewall', notFound: 54002, title: 'firewall' },
  isolationGroup: { prefix: 'ig', notFound: 8037, title: 'isolation group' },
  host: { prefix: 'uhost', notFound: 8039, title: 'host', owner: ({ subnet }) => subnet },
  disk: { prefix: 'bsm', notFound: 17041, title: 'disk', owner: ({ host }) => host },
  eip: { prefix: 'eip', notFound: 4210, title: 'EIP', owner: ({ resource }) => resource },
  image: { prefix: 'uimage', notFound: 8846, title: 'image' },
  lease: { prefix: 'lease', notFound: 54002, title: 'lease', owner: ({ subnet }) => subnet },
  peering: { prefix: 'peering', notFound: 58103, title: 'peering', owner: ({ vpc }) => vpc },
  ulb: { prefix: 'ulb', notFound: 4086, title: 'load balancer', owner: ({ subnet }) => subnet },
  listener: { prefix: 'vserver', notFound: 4143, title: 'listener', owner: ({ ulb }) => ulb },
  backend: { prefix: 'backend', notFound: 4093, title: 'backend', owner: ({ listener }) => listener },
  lbRule: { prefix: 'rule', notFound: 4143, title: 'rule', owner: ({ listener }) => listener },
  ssl: { prefix: 'ssl', notFound: 4143, title: 'certificate' },
  natGateway: { prefix: 'natgw', notFound: 54002, title: 'NAT gateway', owner: ({ vpc }) => vpc },
  natRule: { prefix: 'natrule', notFound: 54002, title: 'NAT rule', owner: ({ gateway }) => gateway },
  routeTable: { prefix: 'rtb', notFound: 54002, title: 'route table', owner: ({ vpc }) => vpc },
  shareBandwidth: { prefix: 'bwshare', notFound: 4210, title: 'shared bandwidth' },
  keyPair: { prefix: 'ukp', notFound: 8039, title: 'key pair' },
  vip: { prefix: 'vip', notFound: 54002, title: 'VIP', owner: ({ subnet }) => subnet },
  label: { prefix: 'label', notFound: 54002, title: 'label' },
  setting: { prefix: 'setting', notFound: 54002, title: 'setting' },
};

const settledBefore = new WeakMap<object, { readonly due: number; readonly record: object }>();

/** The record as it is by now; the same object as long as nothing new became of it, so that views of it can be kept. */
export function settled<T extends object>(record: T, now: number): T {
  const { pending } = record as Changing<T>;
  if (!pending || pending.length === 0 || (pending[0]?.at ?? 0) > now) return record;
  const due = pending.filter(({ at }) => at <= now);
  const before = settledBefore.get(record);
  if (before?.due === due.length) return before.record as T;
  const result = { ...Object.assign({}, record, ...due.map(({ set }) => set)), pending: pending.slice(due.length) } as T;
  settledBefore.set(record, { due: due.length, record: result });
  return result;
}
