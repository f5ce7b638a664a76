import type { IncomingMessage } from 'node:http';
import { UsageError } from '@nomadctl/base/errors';
import type { ConsulStore } from '../clients/consul/consul-store.js';
import { claimedCustomer, isTokenOf } from '../tenants/customers.js';
import type { CustomerRecord } from '../tenants/records.js';
import { readCustomer } from '../tenants/tenant-store.js';
import type { FreshCache } from './fresh-cache.js';

/** Whose request it is. A token that was revoked is refused as soon as the cache is old. @throws UsageError `token-missing` or `token-unknown` */
export async function customerOf(
  { headers }: Pick<IncomingMessage, 'headers'>,
  { store, cache, signal }: { readonly store: ConsulStore; readonly cache: FreshCache; readonly signal: AbortSignal },
): Promise<CustomerRecord> {
  const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw new UsageError('the request has no token', { code: 'token-missing' });
  const name = claimedCustomer(token);
  const customer = name === undefined ? undefined : (await cache.get(`customer ${name}`, () => readCustomer(store, name, signal)))?.value;
  if (customer && isTokenOf(token, customer)) return customer;
  throw new UsageError('nobody has this token, or it was revoked', { code: 'token-unknown' });
}
