import { ApiError } from '@nomadctl/base/errors';
import type { Secret } from '@nomadctl/base/secret/secret';
import { createHttp, ifThere } from '../http.js';
import type { Transport } from '../transport.js';

/** A key of Consul's store. */
export interface StoredKey {
  readonly value: Buffer;
  /** By which compare-and-set knows that nobody else wrote since. */
  readonly index: number;
  /** How often it was taken as a lock since it was made. */
  readonly locks: number;
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

/** A key with its name, from a listing. */
export interface NamedKey extends StoredKey {
  readonly key: string;
}

/** A key that is written with others or not at all; without a value it is removed. */
export interface KeyChange {
  readonly key: string;
  readonly value?: Buffer;
  /** Refused when somebody else wrote since; 0 is for a key that is not there. Absent: whatever is there. */
  readonly index?: number;
}

/**
 * Keys and sessions of a Consul, of a cluster's own or of one that somebody else runs.
 * https://developer.hashicorp.com/consul/api-docs/kv, .../session, .../txn
 */
export interface ConsulStore {
  read(key: string, signal: AbortSignal): Promise<StoredKey | undefined>;
  /** All keys below a prefix with their values; blocks until something is newer than `index`. */
  tree(prefix: string, at: { readonly index: number; readonly signal: AbortSignal }): Promise<{ keys: NamedKey[]; index: number }>;
  /** Writes all of them, or none where one has changed since. Returns whether it did. Consul takes 64 at a time. */
  writeAll(changes: readonly KeyChange[], signal: AbortSignal): Promise<boolean>;
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

export interface StoreAddress extends Transport {
  readonly url: string;
  readonly token?: Secret;
  /** For messages. Default: the Consul of the states. */
  readonly name?: string;
}

const TIMEOUT_MS = 10_000;
const WAIT_TIMEOUT_MS = 75_000;
/** Consul's answer to a transaction whose condition does not hold. */
const CONFLICT = 409;

interface RawKey {
  readonly Key: string;
  readonly Value: string | null;
  readonly ModifyIndex: number;
  readonly LockIndex: number;
  readonly Session?: string;
}

/** @throws ApiError as `createHttp` does: `api-unreachable`, `api-untrusted`, `api-forbidden`, `api-refused` */
export function createConsulStore({ token, name = 'the Consul of the states', ...address }: StoreAddress): ConsulStore {
  const headers = token ? { 'X-Consul-Token': token } : {};
  const http = createHttp({ ...address, name, indexHeader: 'x-consul-index', headers });
  const put = async <T>(path: string, { body, signal }: { body?: unknown; signal: AbortSignal }): Promise<T> =>
    (await http.send<T>({ method: 'PUT', path, body, signal, timeoutMs: TIMEOUT_MS })).value;
  const changeAll = async (operations: readonly Readonly<Record<string, unknown>>[], signal: AbortSignal): Promise<boolean> => {
    try {
      await put('/v1/txn', { body: operations.map((KV) => ({ KV })), signal });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.details?.['status'] === CONFLICT && !isForbidden(error)) return false;
      throw error;
    }
  };
  const change = (operation: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<boolean> => changeAll([operation], signal);
  return {
    async tree(prefix, { index, signal }) {
      const query = { recurse: '', ...(index > 0 ? { index, wait: '60s' } : {}) };
      const path = `/v1/kv/${pathOf(prefix)}`;
      // Of no keys Consul says that there is nothing, and from when on that is so.
      const found = await http.send<RawKey[] | undefined>({ path, query, signal, timeoutMs: WAIT_TIMEOUT_MS, mayBeMissing: true });
      return { keys: (found.value ?? []).map((raw) => ({ key: raw.Key, ...storedKey(raw) })), index: found.index };
    },
    writeAll: (changes, signal) => changeAll(changes.map(operationOf), signal),
    async read(key, signal) {
      const path = `/v1/kv/${pathOf(key)}`;
      const found = await ifThere(http.send<RawKey[]>({ path, query: { consistent: '' }, signal, timeoutMs: TIMEOUT_MS }));
      const raw = found?.value[0];
      return raw && storedKey(raw);
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

function storedKey({ Value, ModifyIndex: index, LockIndex: locks, Session }: RawKey): StoredKey {
  return { value: Buffer.from(Value ?? '', 'base64'), index, locks, ...(Session ? { session: Session } : {}) };
}

function operationOf({ key: Key, value, index: Index }: KeyChange): Readonly<Record<string, unknown>> {
  if (value === undefined) return Index === undefined ? { Verb: 'delete', Key } : { Verb: 'delete-cas', Key, Index };
  const Value = value.toString('base64');
  return Index === undefined ? { Verb: 'set', Key, Value } : { Verb: 'cas', Key, Value, Index };
}

/** Within a transaction a missing right is told with the status of a condition that does not hold. */
function isForbidden(error: ApiError): boolean {
  return /permission denied/i.test(String(error.details?.['said'] ?? ''));
}

function pathOf(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}
