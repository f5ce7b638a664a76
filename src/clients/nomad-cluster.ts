import type { JobReport, NomadClient, NomadServer, RaftPeer } from './nomad-cluster-model.js';
import {
  clientOf,
  peerOf,
  reportOf,
  serverOf,
  type RawAllocation,
  type RawClient,
  type RawJob,
  type RawPeer,
  type RawServer,
  type RawStats,
} from './nomad-cluster-replies.js';
import { createNomadHttp, type NomadAddress } from './nomad-http.js';

/** Nomad's calls about the cluster itself. https://developer.hashicorp.com/nomad/api-docs */
export interface NomadCluster {
  /** `address:port` of the Raft leader, or nothing while there is none. */
  leader(signal: AbortSignal): Promise<string | undefined>;
  /** True once the keyring has a key: a client that registers before is refused and tries again only after 15-30 s. */
  hasKeyring(signal: AbortSignal): Promise<boolean>;
  servers(signal: AbortSignal): Promise<NomadServer[]>;
  /** With `index`, blocks until something is newer, for two seconds at most: callers look at more than the list. */
  clients(at: { index?: number; signal: AbortSignal }): Promise<{ value: NomadClient[]; index: number }>;
  /** Asked of a client agent itself: its id, once it has registered since it started. */
  registeredId(signal: AbortSignal): Promise<string | undefined>;
  raftPeers(signal: AbortSignal): Promise<RaftPeer[]>;
  /** Addresses of Raft's peers as the asked server alone has them, without a leader too; none before there ever was one. */
  raftAddresses(signal: AbortSignal): Promise<string[]>;
  removeRaftPeer(id: string, signal: AbortSignal): Promise<void>;
  /**
   * Takes a server that ended without leaving for one that left. It is not pruned from the list: the word of its leave would
   * outlive it, and a server that comes under its name within minutes would be let into Raft only by the leader's round of
   * once a minute (seen with 1.11.0).
   */
  forceLeave(server: string, signal: AbortSignal): Promise<void>;
  scheduler(signal: AbortSignal): Promise<SchedulerConfig>;
  /** Only when nobody has changed it since it was read; returns whether it was done. */
  setScheduler(config: SchedulerConfig, signal: AbortSignal): Promise<boolean>;
  /** Moves everything off a client and keeps new work away. */
  drain(request: { id: string; deadlineSeconds: number; signal: AbortSignal }): Promise<void>;
  /** Forgets a client that is down. */
  purgeClient(id: string, signal: AbortSignal): Promise<void>;
  setEligible(id: string, signal: AbortSignal): Promise<void>;
  /** Ids of every job that has not been purged, in all namespaces. */
  jobs(signal: AbortSignal): Promise<{ id: string; namespace: string }[]>;
  /** Every job with how much of it runs. Children of periodic and parameterized jobs are left out. */
  jobReports(signal: AbortSignal): Promise<JobReport[]>;
  purgeJob(job: { id: string; namespace: string }, signal: AbortSignal): Promise<void>;
  /** Allocations that still run somewhere. With `index`, blocks like `clients`. */
  liveAllocations(at: { index?: number; signal: AbortSignal }): Promise<{ value: string[]; index: number }>;
}

/** Passed through whole: what else is set there must survive. https://developer.hashicorp.com/nomad/api-docs/operator/scheduler */
export interface SchedulerConfig {
  readonly SchedulerAlgorithm: string;
  readonly ModifyIndex: number;
  readonly [field: string]: unknown;
}

const TIMEOUT_MS = 5000;
const LIVE = ['pending', 'running'];

export function createNomadCluster(address: NomadAddress): NomadCluster {
  const http = createNomadHttp(address);
  const get = async <T>(path: string, signal: AbortSignal): Promise<T> =>
    (await http.send<T>({ path, signal, timeoutMs: TIMEOUT_MS })).value;
  const put = async (
    path: string,
    { signal, ...call }: { signal: AbortSignal; body?: unknown; query?: Record<string, string> },
  ): Promise<void> => void (await http.send({ method: 'PUT', path, signal, ...call }));
  return {
    leader: async (signal) => (await get<string>('/v1/status/leader', signal)) || undefined,
    hasKeyring: async (signal) => ((await get<unknown[] | null>('/v1/operator/keyring/keys', signal)) ?? []).length > 0,
    servers: async (signal) => (await get<{ Members: RawServer[] }>('/v1/agent/members', signal)).Members.map(serverOf),
    async clients({ index = 0, signal }) {
      const query = { resources: false, ...(index > 0 ? { index, wait: '2s' } : {}) };
      const reply = await http.send<RawClient[] | null>({ path: '/v1/nodes', query, signal, timeoutMs: TIMEOUT_MS });
      return { value: (reply.value ?? []).map(clientOf), index: reply.index };
    },
    async registeredId(signal) {
      const { client } = (await get<{ stats: RawStats }>('/v1/agent/self', signal)).stats;
      // The first answer to a registration brings the time to live of heartbeats.
      return client && client.heartbeat_ttl !== '0s' ? client.node_id : undefined;
    },
    raftPeers: async (signal) => (await get<{ Servers: RawPeer[] }>('/v1/operator/raft/configuration', signal)).Servers.map(peerOf),
    raftAddresses: async (signal) => (await get<string[] | null>('/v1/status/peers', signal)) ?? [],
    removeRaftPeer: async (id, signal) =>
      void (await http.send({ method: 'DELETE', path: '/v1/operator/raft/peer', query: { id }, signal })),
    forceLeave: (server, signal) => put('/v1/agent/force-leave', { query: { node: server }, signal }),
    scheduler: async (signal) =>
      (await get<{ SchedulerConfig: SchedulerConfig }>('/v1/operator/scheduler/configuration', signal)).SchedulerConfig,
    async setScheduler(config, signal) {
      const query = { cas: config.ModifyIndex };
      const path = '/v1/operator/scheduler/configuration';
      const call = { method: 'PUT', path, query, body: config, signal, timeoutMs: TIMEOUT_MS } as const;
      return (await http.send<{ Updated: boolean }>(call)).value.Updated;
    },
    drain: ({ id, deadlineSeconds, signal }) =>
      // The API counts in nanoseconds.
      put(`/v1/node/${id}/drain`, {
        body: { DrainSpec: { Deadline: deadlineSeconds * 1e9, IgnoreSystemJobs: false }, MarkEligible: false },
        signal,
      }),
    purgeClient: (id, signal) => put(`/v1/node/${id}/purge`, { signal }),
    jobs: async (signal) =>
      ((await get<RawJob[] | null>('/v1/jobs?namespace=*', signal)) ?? []).map(({ ID, Namespace }) => ({ id: ID, namespace: Namespace })),
    jobReports: async (signal) =>
      ((await get<RawJob[] | null>('/v1/jobs?namespace=*', signal)) ?? []).filter(({ ParentID }) => ParentID === '').map(reportOf),
    purgeJob: async ({ id, namespace }, signal) =>
      void (await http.send({
        method: 'DELETE',
        path: `/v1/job/${encodeURIComponent(id)}`,
        query: { purge: true, namespace },
        signal,
        timeoutMs: TIMEOUT_MS,
      })),
    async liveAllocations({ index = 0, signal }) {
      const query = { namespace: '*', ...(index > 0 ? { index, wait: '2s' } : {}) };
      const reply = await http.send<RawAllocation[] | null>({ path: '/v1/allocations', query, signal, timeoutMs: TIMEOUT_MS });
      return {
        value: (reply.value ?? []).filter((allocation) => LIVE.includes(allocation.ClientStatus)).map(({ ID }) => ID),
        index: reply.index,
      };
    },
    setEligible: (id, signal) => put(`/v1/node/${id}/eligibility`, { body: { Eligibility: 'eligible' }, signal }),
  };
}
