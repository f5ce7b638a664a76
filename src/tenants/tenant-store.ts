import { randomBytes } from 'node:crypto';
import type { AgentEndpoint } from '../clients/agent-endpoint.js';
import { createConsulStore, type ConsulStore, type NamedKey } from '../clients/consul/consul-store.js';
import {
  CUSTOMERS,
  isEnded,
  OPERATIONS,
  REQUESTS,
  TENANTS,
  type CustomerRecord,
  type Operation,
  type RequestRecord,
  type TenantRecord,
} from './records.js';

/** A record as it was read, with what tells whether somebody has written since. */
export interface Kept<T> {
  readonly value: T;
  readonly index: number;
}

/** The store of a cluster's own Consul. @throws ApiError as `createConsulStore` says */
export function tenantStore(consul: AgentEndpoint): ConsulStore {
  return createConsulStore({ ...consul, name: 'Consul' });
}

export function bytesOf(record: TenantRecord | Operation | CustomerRecord | object): Buffer {
  return Buffer.from(JSON.stringify(record));
}

export async function readRecord<T>(store: ConsulStore, key: string, signal: AbortSignal): Promise<Kept<T> | undefined> {
  const found = await store.read(key, signal);
  return found && { value: JSON.parse(found.value.toString('utf8')) as T, index: found.index };
}

export async function listRecords<T>(store: ConsulStore, prefix: string, signal: AbortSignal): Promise<T[]> {
  return recordsIn((await store.tree(prefix, { index: 0, signal })).keys);
}

export function recordsIn<T>(keys: readonly Pick<NamedKey, 'value'>[]): T[] {
  return keys.map(({ value }) => JSON.parse(value.toString('utf8')) as T);
}

export const readTenant = (store: ConsulStore, name: string, signal: AbortSignal): Promise<Kept<TenantRecord> | undefined> =>
  readRecord(store, `${TENANTS}${name}`, signal);

export const readOperation = (store: ConsulStore, id: string, signal: AbortSignal): Promise<Kept<Operation> | undefined> =>
  readRecord(store, `${OPERATIONS}${id}`, signal);

export const readCustomer = (store: ConsulStore, name: string, signal: AbortSignal): Promise<Kept<CustomerRecord> | undefined> =>
  readRecord(store, `${CUSTOMERS}${name}`, signal);

/** Changes a record whatever others change of it meanwhile. Nothing happens where it is not there. */
export async function changeRecord<T extends object>(
  store: ConsulStore,
  { key, change }: { readonly key: string; readonly change: (now: T) => T },
  signal: AbortSignal,
): Promise<T | undefined> {
  for (;;) {
    const found = await readRecord<T>(store, key, signal);
    if (!found) return undefined;
    const next = change(found.value);
    if (await store.write(key, bytesOf(next), { index: found.index, signal })) return next;
  }
}

/** Ids that are in the order of time when they are sorted. */
export function operationId(now: number): string {
  return `${now.toString(36).padStart(9, '0')}-${randomBytes(4).toString('hex')}`;
}

/** Forgets the keys of requests whose operations are forgotten: they stand for nothing any more. */
export async function pruneRequests(store: ConsulStore, signal: AbortSignal): Promise<void> {
  // Requests first: one that comes meanwhile brings its operation with it.
  const { keys } = await store.tree(REQUESTS, { index: 0, signal });
  const known = new Set(await store.keys(OPERATIONS, signal));
  for (const { key, value, index } of keys) {
    const { operation } = JSON.parse(value.toString('utf8')) as RequestRecord;
    if (!known.has(`${OPERATIONS}${operation}`)) await store.writeAll([{ key, index }], signal);
  }
}

/** How many that have ended are kept. */
const KEPT = 500;

/** Forgets the oldest operations that have ended. */
export async function pruneOperations(store: ConsulStore, signal: AbortSignal): Promise<void> {
  const keys = (await store.keys(OPERATIONS, signal)).sort();
  for (const key of keys.slice(0, Math.max(0, keys.length - KEPT))) {
    const found = await readRecord<Operation>(store, key, signal);
    if (found && isEnded(found.value)) await store.remove(key, { signal });
  }
}
