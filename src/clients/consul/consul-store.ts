import { ApiError } from '@nomadctl/base/errors';
import type { Secret } from '@nomadctl/base/secret/secret';
import { createHttp, ifThere } from '../http.js';
import type { Transport } from '../transport.js';

/** A key of Consul's store. */
export interface StoredKey {
  readonly value: Buffer;
  /** By which compare-and-set knows that nobody else wrote since. */
  readonly index: number;
  /** The session that holds it as a lock. */
  readonly session?: string;
}

export interface SessionRequest {
  /** For people who list sessions. */
  readonly name: string;
  /** Without a renewal it ends at the latest after twice that. */
  readonly ttlSeconds: number;
  /** How long nobody gets the lock after the session was taken away from its holder. */
  readonly delaySeconds: number;
}

/**
 * Keys and sessions of a Consul that is not of ours: whoever runs it has given an address and a token.
 * https://developer.hashicorp.com/consul/api-docs/kv, .../session, .../txn
 */
export interface ConsulStore {
  read(key: string, signal: AbortSignal): Promise<StoredKey | undefined>;
  /** Names of all keys below a prefix. */
  keys(prefix: string, signal: AbortSignal): Promise<string[]>;
  /**
   * Writes unless somebody else did since `index` was read; 0 is for a key that is not there. Returns whether it did. Takes values
   * up to `LARGEST_VALUE`.
   */
  write(key: string, value: Buffer, at: { readonly index: number; readonly signal: AbortSignal }): Promise<boolean>;
  /** The same as a lock that a session holds from then on; false while another one does, or the delay after one has not passed. */
  lock(key: string, value: Buffer, at: { readonly session: string; readonly signal: AbortSignal }): Promise<boolean>;
  /** The value stays. */
  unlock(key: string, value: Buffer, at: { readonly session: string; readonly signal: AbortSignal }): Promise<boolean>;
  remove(key: string, at: { readonly recurse?: boolean; readonly signal: AbortSignal }): Promise<void>;
  openSession(request: SessionRequest, signal: AbortSignal): Promise<string>;
  /** False when there is no such session any more. */
  renewSession(id: string, signal: AbortSignal): Promise<boolean>;
  endSession(id: string, signal: AbortSignal): Promise<void>;
}

/**
 * Bytes of a value that fit into one transaction: Consul takes requests of 512 KiB (`txn_max_req_len`), and the value is in Base64.
 */
export const LARGEST_VALUE = 380 * 1024;

export interface StoreAddress extends Pick<Transport, 'ca'> {
  readonly url: string;
  readonly token?: Secret;
}

const TIMEOUT_MS = 10_000;
/** Consul's answer to a transaction whose condition does not hold. */
const CONFLICT = 409;

interface RawKey {
  readonly Value: string | null;
  readonly ModifyIndex: number;
  readonly Session?: string;
}

/** @throws ApiError as `createHttp` does: `api-unreachable`, `api-untrusted`, `api-forbidden`, `api-refused` */
export function createConsulStore({ url, token, ca }: StoreAddress): ConsulStore {
  const headers = token ? { 'X-Consul-Token': token } : {};
  const http = createHttp({ url, name: 'the Consul of the states', indexHeader: 'x-consul-index', headers, ...(ca ? { ca } : {}) });
  const put = async <T>(path: string, { body, signal }: { body?: unknown; signal: AbortSignal }): Promise<T> =>
    (await http.send<T>({ method: 'PUT', path, body, signal, timeoutMs: TIMEOUT_MS })).value;
  const change = async (operation: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<boolean> => {
    try {
      await put('/v1/txn', { body: [{ KV: operation }], signal });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.details?.['status'] === CONFLICT && !isForbidden(error)) return false;
      throw error;
    }
  };
  return {
    async read(key, signal) {
      const path = `/v1/kv/${pathOf(key)}`;
      const found = await ifThere(http.send<RawKey[]>({ path, query: { consistent: '' }, signal, timeoutMs: TIMEOUT_MS }));
      const raw = found?.value[0];
      if (raw === undefined) return undefined;
      const { Value, ModifyIndex: index, Session } = raw;
      return { value: Buffer.from(Value ?? '', 'base64'), index, ...(Session ? { session: Session } : {}) };
    },
    async keys(prefix, signal) {
      const path = `/v1/kv/${pathOf(prefix)}`;
      return (await ifThere(http.send<string[]>({ path, query: { keys: '' }, signal, timeoutMs: TIMEOUT_MS })))?.value ?? [];
    },
    write: (key, value, { index, signal }) => change({ Verb: 'cas', Key: key, Value: value.toString('base64'), Index: index }, signal),
    lock: (key, value, { session, signal }) =>
      change({ Verb: 'lock', Key: key, Value: value.toString('base64'), Session: session }, signal),
    unlock: (key, value, { session, signal }) =>
      change({ Verb: 'unlock', Key: key, Value: value.toString('base64'), Session: session }, signal),
    remove: async (key, { recurse = false, signal }) =>
      void (await http.send({ method: 'DELETE', path: `/v1/kv/${pathOf(key)}`, query: recurse ? { recurse: '' } : {}, signal })),
    async openSession({ name, ttlSeconds, delaySeconds }, signal) {
      const body = { Name: name, TTL: `${ttlSeconds}s`, LockDelay: `${delaySeconds}s`, Behavior: 'release' };
      return (await put<{ ID: string }>('/v1/session/create', { body, signal })).ID;
    },
    renewSession: async (id, signal) => (await ifThere(put(`/v1/session/renew/${id}`, { signal }))) !== undefined,
    endSession: async (id, signal) => void (await put(`/v1/session/destroy/${id}`, { signal })),
  };
}

/** Within a transaction a missing right is told with the status of a condition that does not hold. */
function isForbidden(error: ApiError): boolean {
  return /permission denied/i.test(String(error.details?.['said'] ?? ''));
}

function pathOf(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}
