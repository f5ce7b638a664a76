import type { HttpCall } from './http.js';
import { GLANCE_TIMEOUT_MS, type NomadHttp } from './nomad-http.js';

export interface NomadServer {
  /** `name.region`, as Nomad's gossip knows it. */
  readonly name: string;
  readonly address: string;
  readonly rpc: string;
  readonly status: string;
  /** Of Nomad, as `1.11.3`; empty when it does not say. */
  readonly version: string;
  /** By which Raft knows it; another one when it has lost its data. Absent when it does not say. */
  readonly id?: string | undefined;
}

export interface NomadPeer {
  readonly id: string;
  /** `name.region`; `(unknown)` when gossip knows nobody at its address. */
  readonly node: string;
  /** `address:port`. */
  readonly address: string;
  readonly voter: boolean;
}

/** Passed through whole: what else is set there must survive. https://developer.hashicorp.com/nomad/api-docs/operator/scheduler */
export interface SchedulerConfig {
  readonly SchedulerAlgorithm: string;
  readonly ModifyIndex: number;
  readonly [field: string]: unknown;
}

/** Nomad's servers, and what they have agreed on: the APIs of agent, status and operator. */
export interface NomadOperator {
  /** `address:port` of the Raft leader, or nothing while there is none. */
  leader(signal: AbortSignal): Promise<string | undefined>;
  /** The same as the asked server alone knows it: at once also while there is none, and wrong for a moment when it has died. */
  knownLeader(signal: AbortSignal): Promise<string | undefined>;
  /** True once the keyring has a key: a client that registers before is refused and tries again only after 15-30 s. */
  hasKeyring(signal: AbortSignal): Promise<boolean>;
  servers(signal: AbortSignal): Promise<NomadServer[]>;
  raftPeers(signal: AbortSignal): Promise<NomadPeer[]>;
  /** Addresses of Raft's peers as the asked server alone has them, without a leader too; none before there ever was one. */
  raftAddresses(signal: AbortSignal): Promise<string[]>;
  removeRaftPeer(id: string, signal: AbortSignal): Promise<void>;
  /** Has the server of this id lead. */
  handOverLead(id: string, signal: AbortSignal): Promise<void>;
  /**
   * Marks a failed server as left. It does not prune the server from the list: the leave message would outlive it, and a
   * successor of the same name would join Raft only with the leader's next round, once a minute (seen with 1.11.0).
   */
  forceLeave(server: string, signal: AbortSignal): Promise<void>;
  scheduler(signal: AbortSignal): Promise<SchedulerConfig>;
  /** Only when nobody has changed it since it was read; returns whether it was done. */
  setScheduler(config: SchedulerConfig, signal: AbortSignal): Promise<boolean>;
}

interface Member {
  readonly Name: string;
  readonly Addr: string;
  readonly Status: string;
  readonly Tags: { readonly port?: string; readonly rpc_addr?: string; readonly build?: string; readonly id?: string };
}

interface RaftServer {
  readonly ID: string;
  readonly Node: string;
  readonly Address: string;
  readonly Voter: boolean;
}

/** Without it the question goes on to the leader, and waits five seconds for one. */
const OF_ITS_OWN = { stale: true } as const;

const SCHEDULER = '/v1/operator/scheduler/configuration';

export function operatorCalls({ call }: NomadHttp): NomadOperator {
  const get = <T>(path: string, signal: AbortSignal, query: HttpCall['query'] = {}): Promise<T> =>
    call({ path, query, signal, timeoutMs: GLANCE_TIMEOUT_MS });
  return {
    leader: async (signal) => (await get<string>('/v1/status/leader', signal)) || undefined,
    knownLeader: async (signal) => (await get<string>('/v1/status/leader', signal, OF_ITS_OWN)) || undefined,
    hasKeyring: async (signal) => ((await get<unknown[] | null>('/v1/operator/keyring/keys', signal)) ?? []).length > 0,
    servers: async (signal) => (await get<{ Members: Member[] }>('/v1/agent/members', signal)).Members.map(serverOf),
    raftPeers: async (signal) => (await get<{ Servers: RaftServer[] }>('/v1/operator/raft/configuration', signal)).Servers.map(peerOf),
    raftAddresses: async (signal) => (await get<string[] | null>('/v1/status/peers', signal, OF_ITS_OWN)) ?? [],
    removeRaftPeer: (id, signal) => call({ method: 'DELETE', path: '/v1/operator/raft/peer', query: { id }, signal }),
    handOverLead: (id, signal) => call({ method: 'PUT', path: '/v1/operator/raft/transfer-leadership', query: { id }, signal }),
    forceLeave: (server, signal) => call({ method: 'PUT', path: '/v1/agent/force-leave', query: { node: server }, signal }),
    scheduler: async (signal) => (await get<{ SchedulerConfig: SchedulerConfig }>(SCHEDULER, signal)).SchedulerConfig,
    async setScheduler(config, signal) {
      const change = { method: 'PUT', path: SCHEDULER, query: { cas: config.ModifyIndex }, body: config } as const;
      return (await call<{ Updated: boolean }>({ ...change, signal, timeoutMs: GLANCE_TIMEOUT_MS })).Updated;
    },
  };
}

function serverOf({ Name, Addr, Status, Tags }: Member): NomadServer {
  const rpc = `${Tags.rpc_addr ?? Addr}:${Tags.port ?? ''}`;
  return { name: Name, address: Addr, rpc, status: Status, version: Tags.build ?? '', id: Tags.id };
}

function peerOf({ ID, Node, Address, Voter }: RaftServer): NomadPeer {
  return { id: ID, node: Node, address: Address, voter: Voter };
}
