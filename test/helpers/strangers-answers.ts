import { expect } from 'vitest';

const refused = (paths: readonly string[]) => Object.fromEntries(paths.map((path) => [path, '403']));
/** The first byte of what gossip says to each other is that it is encrypted. */
const SEALED = expect.stringMatching(/^\n/) as string;
const UNKNOWN = expect.stringMatching(/^status (16|7) /) as string;
const NOBODY = 'nobody listens';
const LEADER = expect.stringMatching(/^200 "\d+\.\d+\.\d+\.\d+:/) as string;
const CLOSED = expect.stringMatching(/^(closed|ECONNRESET|EPIPE)$/) as string;
const NO_CERTIFICATE = expect.stringContaining('certificate required') as string;

/*
 * What agents of a secured cluster answer to somebody who knows where they are, and no more, as test/fixtures/stranger.mjs hears
 * it; docs/guide/security.md has the same as a table.
 */

export const PLAIN_PORTS = { 'plain 8500': NOBODY, 'plain 8502': NOBODY };

export const CONSUL_API = {
  consulHttp: {
    'status/leader': LEADER,
    ...{ 'agent/members': '200 []', 'catalog/nodes': '200 []', 'catalog/services': '200 {}' },
    ...refused(['agent/self', 'kv/any', 'acl/tokens', 'agent/metrics']),
  },
};

export const NOMAD_API = {
  'nomadHttp, plain': expect.stringMatching(/^HTTP\/1\.0 400 Bad Request/) as string,
  nomadHttp: {
    'status/leader': LEADER,
    'agent/health': expect.stringMatching(/^200 /) as string,
    metrics: expect.stringMatching(/^200 /) as string,
    vars: '200 []',
    ...refused(['agent/members', 'jobs', 'nodes', 'allocations']),
  },
};

/** Of every Consul agent, besides its API. */
export const CONSUL_AGENT = { consulGrpc: { WatchRoots: UNKNOWN }, consulSerf: SEALED };

export const CONSUL_SERVER = { 'consulRpc, plain': CLOSED, 'consulRpc, TLS': NO_CERTIFICATE };

export const NOMAD_SERVER = { 'nomadRpc, plain': CLOSED, 'nomadRpc, TLS': NO_CERTIFICATE, nomadSerf: SEALED };

/** Where such an agent is not. */
export function nobody(ports: object): Record<string, string> {
  return Object.fromEntries(Object.keys(ports).map((name) => [name, NOBODY]));
}
