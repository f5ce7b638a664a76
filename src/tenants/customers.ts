import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { UsageError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import type { ConsulStore } from '../clients/consul/consul-store.js';
import { CUSTOMERS, type CustomerRecord } from './records.js';
import { bytesOf, changeRecord, listRecords, readCustomer } from './tenant-store.js';

const CUSTOMER_NAME = /^[a-z][a-z0-9-]{0,39}$/;
export const DEFAULT_QUOTA = 3;

/** @throws UsageError `customer-name-invalid` */
export function customerName(name: string): string {
  if (CUSTOMER_NAME.test(name)) return name;
  throw new UsageError(`"${name}" can be no customer`, {
    code: 'customer-name-invalid',
    why: 'lower case letters, digits and dashes make up its name, a letter first, 40 at the most',
    next: nomadctl`controller customer create --help`,
  });
}

export interface WantedCustomer {
  readonly name: string;
  /** As it is where nothing is said; `DEFAULT_QUOTA` for a new one. */
  readonly quota?: number | undefined;
  readonly now: number;
}

/**
 * Makes a customer, or changes the quota of one. A new one gets a token, which nobody can show again; with `newToken` an old one gets
 * another, and the ones before end.
 */
export async function writeCustomer(
  store: ConsulStore,
  { name, quota, now, newToken }: WantedCustomer & { readonly newToken: boolean },
  { signal, redact }: { readonly signal: AbortSignal; readonly redact: Redactor },
): Promise<{ readonly customer: CustomerRecord; readonly token?: Secret }> {
  for (;;) {
    const found = await readCustomer(store, name, signal);
    const secret = `${name}.${randomBytes(32).toString('base64url')}`;
    const isIssued = newToken || !found;
    const customer: CustomerRecord = {
      name,
      quota: quota ?? found?.value.quota ?? DEFAULT_QUOTA,
      tenants: found?.value.tenants ?? [],
      tokens: isIssued ? [hashOf(secret)] : found.value.tokens,
      made: found?.value.made ?? now,
    };
    if (await store.write(`${CUSTOMERS}${name}`, bytesOf(customer), { index: found?.index ?? 0, signal }))
      return { customer, ...(isIssued ? { token: new Secret(secret, redact) } : {}) };
  }
}

export function listCustomers(store: ConsulStore, signal: AbortSignal): Promise<CustomerRecord[]> {
  return listRecords(store, CUSTOMERS, signal);
}

/** Its tokens end at once. @throws UsageError `customer-unknown`, or `customer-has-tenants` */
export async function deleteCustomer(store: ConsulStore, name: string, signal: AbortSignal): Promise<void> {
  const found = await readCustomer(store, name, signal);
  if (!found) throw new UsageError(`there is no customer ${name}`, { code: 'customer-unknown', next: nomadctl`controller customer list` });
  const { tenants } = found.value;
  if (tenants.length > 0) {
    throw new UsageError(`customer ${name} has ${tenants.length} tenants, and stays`, {
      code: 'customer-has-tenants',
      why: `they are ${tenants.join(', ')}`,
      next: hint`${nomadctl`tenant destroy ${tenants[0]}`}; to keep them and end its tokens: ${nomadctl`controller customer revoke ${name}`}`,
    });
  }
  if (!(await store.writeAll([{ key: `${CUSTOMERS}${name}`, index: found.index }], signal)))
    throw new UsageError(`customer ${name} was changed by somebody else meanwhile`, { code: 'customer-changed', next: again() });
}

/** Ends its tokens; its tenants stay. @throws UsageError `customer-unknown` */
export async function revokeTokens(store: ConsulStore, name: string, signal: AbortSignal): Promise<void> {
  const change = (now: CustomerRecord): CustomerRecord => ({ ...now, tokens: [] });
  if (await changeRecord<CustomerRecord>(store, { key: `${CUSTOMERS}${name}`, change }, signal)) return;
  throw new UsageError(`there is no customer ${name}`, { code: 'customer-unknown', next: nomadctl`controller customer list` });
}

/** In a token, before the dot: whose it says it is. */
export function claimedCustomer(token: string): string | undefined {
  const name = token.split('.', 1)[0] ?? '';
  return CUSTOMER_NAME.test(name) && token.length < 200 ? name : undefined;
}

export function isTokenOf(token: string, { tokens }: Pick<CustomerRecord, 'tokens'>): boolean {
  const own = Buffer.from(hashOf(token));
  return tokens.some((hash) => hash.length === own.length && timingSafeEqual(own, Buffer.from(hash)));
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
