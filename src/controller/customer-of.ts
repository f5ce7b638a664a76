import type { IncomingMessage } from 'node:http';
import { UsageError } from '@nomadctl/base/errors';
import type { ConsulStore } from '../clients/consul/consul-store.js';
import { claimedCustomer, isTokenOf } from '../tenants/customers.js';
import type { CustomerRecord } from '../tenants/records.js';
import { readCustomer } from '../tenants/tenant-store.js';
import type { TenantView } from './tenant-view.js';

/** Whose request it is. One that was revoked is refused as soon as Consul tells so. @throws UsageError `token-missing` or `token-unknown` */
export async function customerOf(
  { headers }: Pick<IncomingMessage, 'headers'>,
  { store, view, signal }: { readonly store: ConsulStore; readonly view: Pick<TenantView, 'customer'>; readonly signal: AbortSignal },
): Promise<CustomerRecord> {
  const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) throw new UsageError('the request has no token', { code: 'token-missing' });
  const name = claimedCustomer(token);
  if (name !== undefined) {
    const known = await view.customer(name);
    if (known && isTokenOf(token, known)) return known;
    // A token that was given a moment ago may not be known yet.
    const found = (await readCustomer(store, name, signal))?.value;
    if (found && isTokenOf(token, found)) return found;
  }
  throw new UsageError('nobody has this token, or it was revoked', { code: 'token-unknown' });
}
