import type { ConsulStore } from '../clients/consul/consul-store.js';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import { OPERATIONS, TENANTS, type Operation, type TenantRecord } from './records.js';
import { listRecords, readOperation, readTenant } from './tenant-store.js';

/** A tenant with what was asked for last. */
export interface TenantReport {
  readonly tenant: TenantRecord;
  readonly operation: Operation | undefined;
}

/** All tenants, or those of a customer, by name. */
export async function listTenants(store: ConsulStore, signal: AbortSignal): Promise<TenantReport[]> {
  const [tenants, operations] = await Promise.all([
    listRecords<TenantRecord>(store, TENANTS, signal),
    listRecords<Operation>(store, OPERATIONS, signal),
  ]);
  return tenants.map((tenant) => ({ tenant, operation: operations.find(({ id }) => id === tenant.operation) }));
}

/** @throws UsageError `tenant-unknown` with the nearest name */
export async function tenantReport(store: ConsulStore, name: string, signal: AbortSignal): Promise<TenantReport> {
  const found = await readTenant(store, name, signal);
  if (found) return { tenant: found.value, operation: (await readOperation(store, found.value.operation, signal))?.value };
  const names = (await listRecords<TenantRecord>(store, TENANTS, signal)).map((tenant) => tenant.name);
  throw new UsageError(`there is no tenant ${name}${didYouMean(name, names)}`, {
    code: 'tenant-unknown',
    why: names.length === 0 ? 'the cluster has none' : `the cluster has ${names.join(', ')}`,
    next: nomadctl`tenant list`,
  });
}

/** What it is, in a word or a few. */
export function standingOf({ tenant, operation }: TenantReport): string {
  if (operation?.state === 'failed') return `${operation.kind} failed`;
  if (operation?.state === 'queued') return `${tenant.state}, waiting`;
  return operation?.state === 'running' && operation.step ? `${tenant.state}: ${operation.step}` : tenant.state;
}
