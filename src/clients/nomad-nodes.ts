import { GLANCE_TIMEOUT_MS, type Blocking, type Indexed, type NomadHttp } from './nomad-http.js';
import type { Node } from './nomad-node-model.js';

/** Nomad's clients. https://developer.hashicorp.com/nomad/api-docs/nodes */
export interface NomadNodes {
  /** With their resources. */
  nodes(signal: AbortSignal): Promise<Node[]>;
  node(id: string, signal: AbortSignal): Promise<Node>;
  watchNode(id: string, at: Blocking): Promise<Indexed<Node>>;
  /** Without their resources. Blocks for two seconds at most: callers look at more than the list. */
  watchNodes(at: Blocking): Promise<Indexed<Node[]>>;
  setEligibility(request: { id: string; eligible: boolean; signal: AbortSignal }): Promise<void>;
  /** Moves everything off a client and keeps new work away; with a deadline below 0, ends everything there at once. */
  drain(request: { id: string; deadlineSeconds: number; signal: AbortSignal }): Promise<void>;
  /** Forgets a client that is down. */
  purgeNode(id: string, signal: AbortSignal): Promise<void>;
  /** Asked of a client agent itself: its id, once it has registered since it started. */
  registeredId(signal: AbortSignal): Promise<string | undefined>;
  /** Asked of a client agent itself: `address:port` of the servers that it knows. */
  serversOfClient(signal: AbortSignal): Promise<string[]>;
  /** Tells a client agent its servers, in place of those that it knows; refused when none of them answers it. */
  giveServers(addresses: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * Asked of a client agent that has registered: a question that it hands on to a server. With the answer it sends the
   * heartbeat that makes it ready, which otherwise comes ten seconds later at times (`rpcRetryWatcher` in Nomad's client).
   */
  hurryHeartbeat(signal: AbortSignal): Promise<void>;
}

interface Stats {
  readonly client?: { readonly node_id: string; readonly heartbeat_ttl: string };
}

const NS_PER_SECOND = 1e9;

export function nodeCalls({ call, blocking, glance }: NomadHttp): NomadNodes {
  const at = (id: string): string => `/v1/node/${id}`;
  return {
    nodes: (signal) => call({ path: '/v1/nodes', query: { resources: true }, signal }),
    node: (id, signal) => call({ path: at(id), signal }),
    watchNode: (id, from) => blocking(at(id), from),
    async watchNodes(from) {
      const { value, index } = await glance<Node[] | null>('/v1/nodes', from, { resources: false });
      return { value: value ?? [], index };
    },
    setEligibility: ({ id, eligible, signal }) =>
      call({
        method: 'POST',
        path: `${at(id)}/eligibility`,
        body: { NodeID: id, Eligibility: eligible ? 'eligible' : 'ineligible' },
        signal,
      }),
    drain: ({ id, deadlineSeconds, signal }) =>
      call({
        method: 'PUT',
        path: `${at(id)}/drain`,
        body: { DrainSpec: { Deadline: deadlineSeconds * NS_PER_SECOND, IgnoreSystemJobs: false }, MarkEligible: false },
        signal,
      }),
    purgeNode: (id, signal) => call({ method: 'PUT', path: `${at(id)}/purge`, signal }),
    serversOfClient: async (signal) =>
      (await call<string[] | null>({ path: '/v1/agent/servers', signal, timeoutMs: GLANCE_TIMEOUT_MS })) ?? [],
    giveServers: (addresses, signal) => {
      const query = new URLSearchParams(addresses.map((address): [string, string] => ['address', address]));
      return call({ method: 'PUT', path: `/v1/agent/servers?${query}`, signal, timeoutMs: GLANCE_TIMEOUT_MS });
    },
    hurryHeartbeat: async (signal) => void (await call({ path: '/v1/status/leader', signal, timeoutMs: GLANCE_TIMEOUT_MS })),
    async registeredId(signal) {
      const { stats } = await call<{ stats: Stats }>({ path: '/v1/agent/self', signal, timeoutMs: GLANCE_TIMEOUT_MS });
      const { client } = stats;
      // The first answer to a registration brings the time to live of heartbeats.
      return client && client.heartbeat_ttl !== '0s' ? client.node_id : undefined;
    },
  };
}
