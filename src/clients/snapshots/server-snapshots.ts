import type { AgentEndpoint } from '../agent-endpoint.js';
import { createConsulHttp } from '../consul/consul-api.js';
import type { Http } from '../http.js';
import { createNomadHttp } from '../nomad-http.js';

/**
 * All that the servers of a program have agreed on, in one gzipped archive with sums of its own: the programs' own `consul
 * snapshot` and `nomad operator snapshot` read and write the same.
 * https://developer.hashicorp.com/consul/api-docs/snapshot, https://developer.hashicorp.com/nomad/api-docs/operator/snapshot
 */
export interface ServerSnapshots {
  /** As it comes, from the leader. @throws ApiError */
  read(signal: AbortSignal): AsyncGenerator<Buffer>;
  /** Puts everything back to what it was then; the servers check it first. @throws ApiError `api-refused` for one that is damaged */
  restore(snapshot: Uint8Array, signal: AbortSignal): Promise<void>;
}

/** Servers have to write everything they know, and to read it. */
const TIMEOUT_MS = 120_000;

export const consulSnapshots = (endpoint: AgentEndpoint): ServerSnapshots => snapshotCalls(createConsulHttp(endpoint), '/v1/snapshot');

export const nomadSnapshots = ({ namespace: _, ...endpoint }: AgentEndpoint): ServerSnapshots =>
  snapshotCalls(createNomadHttp(endpoint), '/v1/operator/snapshot');

function snapshotCalls(http: Http, path: string): ServerSnapshots {
  return {
    read: (signal) => http.stream({ path, signal, timeoutMs: TIMEOUT_MS }),
    restore: async (bytes, signal) => void (await http.send({ method: 'PUT', path, bytes, signal, timeoutMs: TIMEOUT_MS })),
  };
}
