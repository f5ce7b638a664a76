import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import type { Http, HttpCall } from '../http.js';

/**
 * The keys by which the members of a gossip pool know each other. Each call goes to all living members, and is refused when one
 * of them fails. All may be repeated.
 */
export interface GossipKeyring {
  keys(ctx: { readonly redact: Redactor; readonly signal: AbortSignal }): Promise<readonly GossipPool[]>;
  /** Members take messages with it from then on. */
  install(key: Secret, signal: AbortSignal): Promise<void>;
  /** Members send with it from then on; it must be installed. */
  use(key: Secret, signal: AbortSignal): Promise<void>;
  /** Members forget it; refused for the one that they send with. */
  remove(key: Secret, signal: AbortSignal): Promise<void>;
}

export interface GossipPool {
  /** Whether it is that of all members, or that in which servers know those of other datacenters. */
  readonly of: 'all' | 'datacenters';
  /** Members that have answered. */
  readonly members: number;
  /** How many of them have each key. */
  readonly keys: readonly { readonly key: Secret; readonly holders: number }[];
}

interface RawPool {
  /** Consul's. */
  readonly WAN?: boolean;
  readonly NumNodes: number;
  readonly Keys: Readonly<Record<string, number>> | null;
}

/** As long as Serf waits for members, and more. */
const TIMEOUT_MS = 60_000;

/** https://developer.hashicorp.com/consul/api-docs/operator/keyring */
export function consulGossipKeyring(http: Http): GossipKeyring {
  const path = '/v1/operator/keyring';
  const change =
    (method: NonNullable<HttpCall['method']>) =>
    async (key: Secret, signal: AbortSignal): Promise<void> =>
      void (await http.send({ method, path, secretBody: { Key: key }, signal, timeoutMs: TIMEOUT_MS }));
  return {
    keys: async ({ redact, signal }) => (await http.send<RawPool[]>({ path, signal, timeoutMs: TIMEOUT_MS })).value.map(poolOf(redact)),
    install: change('POST'),
    use: change('PUT'),
    remove: change('DELETE'),
  };
}

/** Of Nomad's servers; its clients have none. https://developer.hashicorp.com/nomad/api-docs/agent#list-gossip-keyring */
export function nomadGossipKeyring(http: Http): GossipKeyring {
  const path = '/v1/agent/keyring';
  const change =
    (what: string) =>
    async (key: Secret, signal: AbortSignal): Promise<void> =>
      void (await http.send({ method: 'PUT', path: `${path}/${what}`, secretBody: { Key: key }, signal, timeoutMs: TIMEOUT_MS }));
  return {
    keys: async ({ redact, signal }) => [
      poolOf(redact)((await http.send<RawPool>({ path: `${path}/list`, signal, timeoutMs: TIMEOUT_MS })).value),
    ],
    install: change('install'),
    use: change('use'),
    remove: change('remove'),
  };
}

function poolOf(redact: Redactor): (raw: RawPool) => GossipPool {
  return ({ WAN, NumNodes, Keys }) => ({
    of: WAN ? 'datacenters' : 'all',
    members: NumNodes,
    keys: Object.entries(Keys ?? {}).map(([key, holders]) => ({ key: new Secret(key, redact), holders })),
  });
}
