/** Consul's answers under its own names, the parts that are read, and what we make of them. */

export interface ConsulMember {
  readonly name: string;
  readonly address: string;
  readonly role: 'server' | 'client';
  readonly status: 'alive' | 'leaving' | 'left' | 'failed' | 'unknown';
}

export interface CatalogNode {
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
  readonly passing: boolean;
}

export interface RawMember {
  readonly Name: string;
  readonly Addr: string;
  readonly Status: number;
  readonly Tags: { readonly role?: string };
}

export interface RawNode {
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
  readonly Service: { readonly ID: string; readonly Address: string; readonly Port: number };
  readonly Checks: readonly { readonly Status: string }[];
}

/** Serf's member states. https://pkg.go.dev/github.com/hashicorp/serf/serf#MemberStatus */
const MEMBER_STATUS = ['unknown', 'alive', 'leaving', 'left', 'failed'] as const;

export function memberOf({ Name, Addr, Status, Tags }: RawMember): ConsulMember {
  return { name: Name, address: Addr, role: Tags.role === 'consul' ? 'server' : 'client', status: MEMBER_STATUS[Status] ?? 'unknown' };
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
    passing: Checks.every(({ Status }) => Status === 'passing'),
  };
}
