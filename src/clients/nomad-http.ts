import type { AgentEndpoint } from './agent-endpoint.js';
import { createHttp, type Http, type HttpCall } from './http.js';

/** A blocking query: answers at once with `index` 0, else when something is newer than `index`. */
export interface Blocking {
  readonly index: number;
  readonly signal: AbortSignal;
}

export interface Indexed<T> {
  readonly value: T;
  readonly index: number;
}

/** How every call to Nomad is made: whole, or as a blocking query. */
export interface NomadHttp extends Http {
  call<T>(request: HttpCall): Promise<T>;
  blocking<T>(path: string, at: Blocking, query?: HttpCall['query']): Promise<Indexed<T>>;
  /** Answers within two seconds, and gives up on a server after five: for callers that look at more than one list or server. */
  glance<T>(path: string, at: Blocking, query?: HttpCall['query']): Promise<Indexed<T>>;
}

/** Nomad caps a blocking query at 10 min; a shorter one notices a server that vanished without closing. */
const WAIT_S = 60;
const WAIT_TIMEOUT_MS = 75_000;
const GLANCE_S = 2;
export const GLANCE_TIMEOUT_MS = 5000;

export function createNomadHttp({ token, namespace, ...endpoint }: AgentEndpoint): NomadHttp {
  const http = createHttp({
    ...endpoint,
    name: 'Nomad',
    indexHeader: 'x-nomad-index',
    headers: token ? { 'X-Nomad-Token': token } : {},
    query: namespace ? { namespace } : {},
  });
  const waiting = (index: number, seconds: number): HttpCall['query'] => (index > 0 ? { index, wait: `${seconds}s` } : {});
  return {
    ...http,
    call: async <T>(request: HttpCall) => (await http.send<T>(request)).value,
    blocking: (path, { index, signal }, query) =>
      http.send({ path, query: { ...query, ...waiting(index, WAIT_S) }, timeoutMs: WAIT_TIMEOUT_MS, signal }),
    glance: (path, { index, signal }, query) =>
      http.send({ path, query: { ...query, ...waiting(index, GLANCE_S) }, timeoutMs: GLANCE_TIMEOUT_MS, signal }),
  };
}
