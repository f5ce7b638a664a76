import { createConsulHttp, type ConsulAddress } from './consul-http.js';

/** Consul's calls about the cluster itself. https://developer.hashicorp.com/consul/api-docs */
export interface ConsulCluster {
  /** `address:port` of the Raft leader, or nothing while there is none. */
  leader(signal: AbortSignal): Promise<string | undefined>;
  members(signal: AbortSignal): Promise<ConsulMember[]>;
  /** The agent leaves the cluster for good and ends. */
  leave(signal: AbortSignal): Promise<void>;
  /**
   * Takes a member that ended without leaving for one that left. It is not pruned from the list: a server that comes back
   * under the name of a pruned one is let into Raft only by the leader's round of once a minute (seen with 1.22.0).
   */
  forceLeave(node: string, signal: AbortSignal): Promise<void>;
  /** Nodes as the catalogue has them, with what they say about themselves. */
  catalogNodes(signal: AbortSignal): Promise<CatalogNode[]>;
  /** Voters of the Raft configuration, by node name. */
  raftVoters(signal: AbortSignal): Promise<string[]>;
  raftPeers(signal: AbortSignal): Promise<ConsulPeer[]>;
  /** Addresses of Raft's peers as the asked server alone has them, without a leader too; none before there ever was one. */
  raftAddresses(signal: AbortSignal): Promise<string[]>;
  /** Takes a server's vote away, for one that can not give it up itself. */
  removeRaftPeer(id: string, signal: AbortSignal): Promise<void>;
}

export interface CatalogNode {
  readonly name: string;
  readonly address: string;
  readonly meta: Readonly<Record<string, string>>;
}

export interface ConsulMember {
  readonly name: string;
  readonly address: string;
  readonly role: 'server' | 'client';
  readonly status: 'alive' | 'leaving' | 'left' | 'failed' | 'unknown';
}

export interface ConsulPeer {
  readonly id: string;
  /** Its name as a node. */
  readonly node: string;
  /** `address:port`. */
  readonly address: string;
  readonly voter: boolean;
}

/** Serf's member states. https://pkg.go.dev/github.com/hashicorp/serf/serf#MemberStatus */
const MEMBER_STATUS = ['unknown', 'alive', 'leaving', 'left', 'failed'] as const;
const TIMEOUT_MS = 3000;

export function createConsulCluster(address: ConsulAddress): ConsulCluster {
  const http = createConsulHttp(address);
  const get = async <T>(path: string, signal: AbortSignal): Promise<T> =>
    (await http.send<T>({ path, signal, timeoutMs: TIMEOUT_MS })).value;
  const raftPeers = async (signal: AbortSignal): Promise<ConsulPeer[]> =>
    (await get<RawRaft>('/v1/operator/raft/configuration', signal)).Servers.map(peerOf);
  return {
    leader: async (signal) => (await get<string>('/v1/status/leader', signal)) || undefined,
    members: async (signal) => (await get<RawMember[]>('/v1/agent/members', signal)).map(memberOf),
    leave: async (signal) => void (await http.send({ method: 'PUT', path: '/v1/agent/leave', signal, timeoutMs: 15_000 })),
    forceLeave: async (node, signal) =>
      void (await http.send({ method: 'PUT', path: `/v1/agent/force-leave/${encodeURIComponent(node)}`, signal })),
    catalogNodes: async (signal) =>
      (await get<RawNode[]>('/v1/catalog/nodes', signal)).map(({ Node, Address, Meta }) => ({
        name: Node,
        address: Address,
        meta: Meta ?? {},
      })),
    raftVoters: async (signal) => (await raftPeers(signal)).filter(({ voter }) => voter).map(({ node }) => node),
    raftPeers,
    raftAddresses: async (signal) => (await get<string[] | null>('/v1/status/peers', signal)) ?? [],
    removeRaftPeer: async (id, signal) =>
      void (await http.send({ method: 'DELETE', path: '/v1/operator/raft/peer', query: { id }, signal })),
  };
}

interface RawMember {
  readonly Name: string;
  readonly Addr: string;
  readonly Status: number;
  readonly Tags: { readonly role?: string };
}

interface RawNode {
  readonly Node: string;
  readonly Address: string;
  readonly Meta?: Readonly<Record<string, string>> | null;
}

interface RawRaft {
  readonly Servers: readonly RawPeer[];
}

interface RawPeer {
  readonly ID: string;
  readonly Node: string;
  readonly Address: string;
  readonly Voter: boolean;
}

function peerOf({ ID, Node, Address, Voter }: RawPeer): ConsulPeer {
  return { id: ID, node: Node, address: Address, voter: Voter };
}

function memberOf({ Name, Addr, Status, Tags }: RawMember): ConsulMember {
  return { name: Name, address: Addr, role: Tags.role === 'consul' ? 'server' : 'client', status: MEMBER_STATUS[Status] ?? 'unknown' };
}
