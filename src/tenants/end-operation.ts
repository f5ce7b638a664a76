import { NomadctlError } from '@nomadctl/base/errors';
import type { GivenCommand } from '@nomadctl/base/hint/given-command';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import { reasonOf } from '@nomadctl/base/reason';
import type { ConsulStore } from '../clients/consul/consul-store.js';
import {
  CUSTOMERS,
  LOCKS,
  OPERATIONS,
  TENANTS,
  type CustomerRecord,
  type Operation,
  type OperationError,
  type TenantRecord,
} from './records.js';
import { changeRecord, pruneOperations } from './tenant-store.js';

/** Writes how far an operation is, or how it has ended. */
export async function writeOperation(
  store: ConsulStore,
  { id }: Pick<Operation, 'id'>,
  { change, signal }: { readonly change: Partial<Operation>; readonly signal: AbortSignal },
): Promise<void> {
  await changeRecord<Operation>(store, { key: `${OPERATIONS}${id}`, change: (now) => ({ ...now, ...change }) }, signal);
}

/** What a tenant is once its operation has come to a good end; one that is destroyed is nobody's any more. */
export async function settleTenant(store: ConsulStore, { kind, tenant, id, customer }: Operation, signal: AbortSignal): Promise<void> {
  if (kind !== 'destroy') {
    const change = (now: TenantRecord): TenantRecord => (now.operation === id ? { ...now, state: 'ready' } : now);
    await changeRecord(store, { key: `${TENANTS}${tenant}`, change }, signal);
    return;
  }
  // Its record comes last: whoever is killed before finds it, and goes on.
  if (customer !== undefined) {
    const change = (now: CustomerRecord): CustomerRecord => ({ ...now, tenants: now.tenants.filter((name) => name !== tenant) });
    await changeRecord(store, { key: `${CUSTOMERS}${customer}`, change }, signal);
  }
  await store.remove(`${TENANTS}${tenant}`, { signal });
  await store.remove(`${LOCKS}${tenant}`, { signal });
  await pruneOperations(store, signal);
}

export function operationError(error: unknown, given: GivenCommand): OperationError {
  if (!(error instanceof NomadctlError)) return { code: 'unexpected', message: reasonOf(error), why: [] };
  const next = error.next && renderHint(error.next, given);
  return { code: error.code, message: error.message, why: error.why, ...(next === undefined ? {} : { next }) };
}
