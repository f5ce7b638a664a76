import { consulAclCalls, type ConsulAcl } from '../acl/consul-acl.js';
import { consulIntentionCalls, type ConsulIntentions } from '../acl/consul-intentions.js';
import type { AgentEndpoint } from '../agent-endpoint.js';
import {
  answerOf,
  instanceOf,
  memberOf,
  peerOf,
  type RawAgentCheck,
  type RawFailing,
  type RawHealth,
  type RawMember,
  type RawNode,
  type RawPeer,
} from './consul-replies.js';
import type { CatalogNode, ConsulAnswer, ConsulMember, ConsulPeer, FailingService, ServiceInstance } from './consul-replies.js';
import { createHttp, type Http } from '../http.js';
import { consulGossipKeyring, type GossipKeyring } from '../keys/gossip-keyring.js';

/** The calls that nomadctl makes to Consul, and no others. https://developer.hashicorp.com/consul/api-docs */
export interface ConsulApi extends ConsulIntentions {
  readonly acl: ConsulAcl;
  readonly gossip: GossipKeyring;
  /** `address:port` of the Raft leader, or nothing while there is none. */
  leader(signal: AbortSignal): Promise<string | undefined>;
  /**
   * Of the asked agent itself, which tells it as soon as it answers at all: `1.22.3`. Nomad's clients ask the same before they call
   * Consul usable. @throws ApiError `api-forbidden` for a token that it does not take, or cannot look up yet
   */
  version(signal: AbortSignal): Promise<string>;
  members(signal: AbortSignal): Promise<ConsulMember[]>;
  /** The agent reads its files anew, as with SIGHUP, and says what is wrong with them. @throws ApiError `api-refused` with its words */
  reload(signal: AbortSignal): Promise<void>;
  /** The agent leaves the cluster for good and ends. */
  leave(signal: AbortSignal): Promise<void>;
  /**
   * Marks a failed member as left. It is not pruned from the list: a server that comes back under the name of a pruned one
   * is let into Raft only by the leader's round of once a minute (seen with 1.22.0).
   */
  forceLeave(node: string, signal: AbortSignal): Promise<void>;
  /** Nodes as the catalogue has them, with what they say about themselves. */
  catalogNodes(signal: AbortSignal): Promise<CatalogNode[]>;
  /** Names of all services, whether their instances are well or not. */
  serviceNames(signal: AbortSignal): Promise<string[]>;
  /** Answers to the checks of the services that the asked agent has itself. */
  agentChecks(signal: AbortSignal): Promise<ConsulAnswer[]>;
  /** Every instance of a service, passing or not; blocks until something is newer than `index`. */
  service(name: string, at: { index: number; signal: AbortSignal }): Promise<{ value: ServiceInstance[]; index: number }>;
  /** The tags of every service, by its name. */
  serviceTags(signal: AbortSignal): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Every service of which a check does not pass. */
  failingServices(signal: AbortSignal): Promise<FailingService[]>;
  raftPeers(signal: AbortSignal): Promise<ConsulPeer[]>;
  /** Addresses of Raft's peers as the asked server alone has them, without a leader too; none before there ever was one. */
  raftAddresses(signal: AbortSignal): Promise<string[]>;
  /** Has another server lead, of Consul's choice. */
  handOverLead(signal: AbortSignal): Promise<void>;
  /** Takes a server's vote away, for one that can not give it up itself. */
  removeRaftPeer(id: string, signal: AbortSignal): Promise<void>;
}

const TIMEOUT_MS = 5000;
const LEAVE_TIMEOUT_MS = 15_000;
const WAIT_TIMEOUT_MS = 75_000;

/** How every call to Consul is made. */
export function createConsulHttp({ token, ...endpoint }: AgentEndpoint): Http {
  const headers = token ? { 'X-Consul-Token': token } : {};
  return createHttp({ ...endpoint, name: 'Consul', indexHeader: 'x-consul-index', headers });
}

/** @param endpoint from `cluster/reach.ts` */
export function createConsulApi(endpoint: AgentEndpoint): ConsulApi {
  const http = createConsulHttp(endpoint);
  const get = async <T>(path: string, signal: AbortSignal): Promise<T> =>
    (await http.send<T>({ path, signal, timeoutMs: TIMEOUT_MS })).value;
  return {
    ...consulIntentionCalls(http),
    acl: consulAclCalls(http),
    gossip: consulGossipKeyring(http),
    leader: async (signal) => (await get<string>('/v1/status/leader', signal)) || undefined,
    version: async (signal) => (await get<{ Config: { Version: string } }>('/v1/agent/self', signal)).Config.Version,
    members: async (signal) => (await get<RawMember[]>('/v1/agent/members', signal)).map(memberOf),
    reload: async (signal) => void (await http.send({ method: 'PUT', path: '/v1/agent/reload', signal })),
    leave: async (signal) => void (await http.send({ method: 'PUT', path: '/v1/agent/leave', signal, timeoutMs: LEAVE_TIMEOUT_MS })),
    forceLeave: async (node, signal) =>
      void (await http.send({ method: 'PUT', path: `/v1/agent/force-leave/${encodeURIComponent(node)}`, signal })),
    catalogNodes: async (signal) =>
      (await get<RawNode[]>('/v1/catalog/nodes', signal)).map(({ ID, Node, Address, Meta }) => ({
        id: ID,
        name: Node,
        address: Address,
        meta: Meta ?? {},
      })),
    serviceNames: async (signal) => Object.keys(await get<Record<string, unknown>>('/v1/catalog/services', signal)),
    agentChecks: async (signal) => Object.values(await get<Record<string, RawAgentCheck>>('/v1/agent/checks', signal)).map(answerOf),
    async service(name, { index, signal }) {
      const path = `/v1/health/service/${encodeURIComponent(name)}`;
      const query = index > 0 ? { index, wait: '60s' } : {};
      const reply = await http.send<RawHealth[]>({ path, query, timeoutMs: WAIT_TIMEOUT_MS, signal });
      return { value: reply.value.map(instanceOf), index: reply.index };
    },
    serviceTags: (signal) => get<Record<string, string[]>>('/v1/catalog/services', signal),
    async failingServices(signal) {
      const query = { filter: 'Status != "passing" and ServiceID != ""' };
      const { value } = await http.send<RawFailing[]>({ path: '/v1/health/state/any', query, signal, timeoutMs: TIMEOUT_MS });
      return value.map(({ ServiceID, ServiceName }) => ({ id: ServiceID, service: ServiceName }));
    },
    raftPeers: async (signal) => (await get<{ Servers: RawPeer[] }>('/v1/operator/raft/configuration', signal)).Servers.map(peerOf),
    raftAddresses: async (signal) => (await get<string[] | null>('/v1/status/peers', signal)) ?? [],
    handOverLead: async (signal) => void (await http.send({ method: 'POST', path: '/v1/operator/raft/transfer-leader', signal })),
    removeRaftPeer: async (id, signal) =>
      void (await http.send({ method: 'DELETE', path: '/v1/operator/raft/peer', query: { id }, signal })),
  };
}
