/** Consul's answers under its own names, the parts that are read, and what we make of them. */

export interface ConsulMember {
  readonly name: string;
  readonly address: string;
  /** Of its gossip. */
  readonly port: number;
  readonly role: 'server' | 'client';
  readonly status: 'alive' | 'leaving' | 'left' | 'failed' | 'unknown';
  /** Of Consul, as `1.22.3`; absent when it does not say. */
  readonly version?: string;
}

export interface CatalogNode {
  /** A UUID, which the agent keeps in its data. */
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly meta: Readonly<Record<string, string>>;
}

export interface ConsulPeer {
  readonly id: string;
  /** Its name as a node. */
  readonly node: string;
  /** `address:port`. */
  readonly address: string;
  readonly voter: boolean;
}

/** One instance of a service, as Consul's health endpoint shows it. */
export interface ServiceInstance {
  readonly node: string;
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly tags: readonly string[];
  readonly passing: boolean;
  /** Checks of its own, without those of its node. */
  readonly checks: readonly ServiceCheck[];
}

export interface ServiceCheck {
  readonly name: string;
  /** `passing`, `warning` or `critical`. */
  readonly status: string;
  /** The last answer. Servers learn it with a change of status, else after five minutes; the agent of its node has it at once. */
  readonly output: string;
}

/** An instance of a service of which a check does not pass. */
export interface FailingService {
  /** Of the instance; of those that Nomad registers it names the allocation: `_nomad-task-<allocation>-...`. */
  readonly id: string;
  readonly service: string;
}

export interface RawFailing {
  readonly ServiceID: string;
  readonly ServiceName: string;
}

/** The last answer to a check of a service, as the Consul agent of its node has it. */
export interface ConsulAnswer {
  /** Id of the instance. */
  readonly service: string;
  readonly name: string;
  readonly output: string;
}

export interface RawAgentCheck {
  readonly Name: string;
  readonly Output: string;
  readonly ServiceID: string;
}

export interface RawMember {
  readonly Name: string;
  readonly Addr: string;
  readonly Port: number;
  readonly Status: number;
  /** `build` is a version with its commit: `1.22.3:1a2b3c4d`. */
  readonly Tags: { readonly role?: string; readonly build?: string };
}

export interface RawNode {
  readonly ID: string;
  readonly Node: string;
  readonly Address: string;
  readonly Meta?: Readonly<Record<string, string>> | null;
}

export interface RawPeer {
  readonly ID: string;
  readonly Node: string;
  readonly Address: string;
  readonly Voter: boolean;
}

export interface RawHealth {
  readonly Node: { readonly Node: string; readonly Address: string };
  readonly Service: { readonly ID: string; readonly Address: string; readonly Port: number; readonly Tags: readonly string[] | null };
  readonly Checks: readonly RawCheck[];
}

export interface RawCheck {
  readonly Name: string;
  readonly Status: string;
  readonly Output: string;
  readonly ServiceID: string;
}

/** Serf's member states. https://pkg.go.dev/github.com/hashicorp/serf/serf#MemberStatus */
const MEMBER_STATUS = ['unknown', 'alive', 'leaving', 'left', 'failed'] as const;

export function memberOf({ Name, Addr, Port, Status, Tags }: RawMember): ConsulMember {
  const version = Tags.build?.split(':')[0];
  return {
    name: Name,
    address: Addr,
    port: Port,
    role: Tags.role === 'consul' ? 'server' : 'client',
    status: MEMBER_STATUS[Status] ?? 'unknown',
    ...(version ? { version } : {}),
  };
}

export function peerOf({ ID, Node, Address, Voter }: RawPeer): ConsulPeer {
  return { id: ID, node: Node, address: Address, voter: Voter };
}

export function instanceOf({ Node, Service, Checks }: RawHealth): ServiceInstance {
  return {
    node: Node.Node,
    id: Service.ID,
    address: Service.Address || Node.Address,
    port: Service.Port,
    tags: Service.Tags ?? [],
    passing: Checks.every(({ Status }) => Status === 'passing'),
    checks: Checks.filter(({ ServiceID }) => ServiceID === Service.ID).map(checkOf),
  };
}

export function checkOf({ Name, Status, Output }: RawCheck): ServiceCheck {
  return { name: Name, status: Status, output: Output };
}

export function answerOf({ Name, Output, ServiceID }: RawAgentCheck): ConsulAnswer {
  return { service: ServiceID, name: Name, output: Output };
}
