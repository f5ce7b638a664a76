import { createHash } from 'node:crypto';
import { ApiError, UsageError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { ConsulStore, KeyChange } from '../clients/consul/consul-store.js';
import {
  CUSTOMERS,
  isEnded,
  OPERATIONS,
  REQUESTS,
  TENANTS,
  type CustomerRecord,
  type Operation,
  type OperationKind,
  type RequestRecord,
  type TenantRecord,
} from './records.js';
import { bytesOf, operationId, readCustomer, readOperation, readRecord, readTenant, type Kept } from './tenant-store.js';

/** What somebody asks for. */
export interface WantedOperation {
  readonly kind: OperationKind;
  readonly tenant: string;
  /** Of a `create`; else as the tenant has it. */
  readonly template?: string;
  readonly members?: number;
  readonly variables?: readonly string[];
  /** Who may touch no tenant but his own; absent: an operator, who may touch all. */
  readonly customer?: string;
  readonly by: string;
  /** Of the request: the same key for the same again is the same operation. */
  readonly key?: string;
  /** Sees to a tenant again that is as it was asked for. Else its last operation is the answer. */
  readonly anew: boolean;
}

/** Whether this was asked for before, and `operation` is that. */
export interface Accepted {
  readonly operation: Operation;
  readonly isNew: boolean;
}

interface Now {
  readonly now: number;
  readonly signal: AbortSignal;
}

const TRIES = 20;

/**
 * Accepts an operation, which somebody then does: writes it and what it changes at once or not at all, so that two who ask at the same
 * time get a sentence, a quota holds, and a kill leaves nothing half.
 * @throws UsageError `tenant-unknown`, `tenant-exists`, `tenant-taken`, `tenant-busy`, `quota-reached`, `key-reused` or
 * `customer-unknown`; ApiError
 */
export async function acceptOperation(store: ConsulStore, wanted: WantedOperation, { now, signal }: Now): Promise<Accepted> {
  for (let tried = 0; tried < TRIES; tried++) {
    const before = await readRequest(store, wanted, signal);
    if (before) return before;
    const [tenant, customer] = await Promise.all([
      readTenant(store, wanted.tenant, signal),
      wanted.customer === undefined ? undefined : requireCustomer(store, wanted.customer, signal),
    ]);
    if (tenant && wanted.customer !== undefined && tenant.value.customer !== wanted.customer) throw taken(wanted);
    const last = tenant && (await readOperation(store, tenant.value.operation, signal))?.value;
    const same = sameAgain(wanted, tenant?.value, last);
    if (same) {
      if (await rememberRequest(store, { wanted, operation: same, now }, signal)) return { operation: same, isNew: false };
      continue;
    }
    const operation = operationOf(wanted, tenant?.value, now);
    const changes = [
      { key: `${OPERATIONS}${operation.id}`, value: bytesOf(operation), index: 0 },
      tenantChange(operation, tenant, now),
      ...(customer && operation.kind === 'create' ? customerChange(customer, wanted) : []),
      ...requestChange(wanted, operation, now),
    ];
    if (await store.writeAll(changes, signal)) return { operation, isNew: true };
  }
  throw new ApiError(`tenant ${wanted.tenant} could not be changed`, {
    code: 'tenant-contested',
    why: 'somebody else changes it all the time',
    next: again(),
  });
}

/** The operation that is what is asked for, or that must end first. @throws UsageError */
function sameAgain(wanted: WantedOperation, tenant: TenantRecord | undefined, last: Operation | undefined): Operation | undefined {
  const { kind } = wanted;
  if (!tenant) {
    if (kind === 'create') return undefined;
    throw new UsageError(`there is no tenant ${wanted.tenant}`, { code: 'tenant-unknown', next: nomadctl`tenant list` });
  }
  const isUnderWay = last !== undefined && !isEnded(last);
  if (kind === 'destroy') return isUnderWay && last.kind === 'destroy' ? last : undefined;
  if (tenant.state === 'destroying') throw busy(tenant, last, 'it is being destroyed');
  if (kind === 'create') {
    const difference = differenceOf(wanted, tenant);
    if (difference !== undefined) throw exists(tenant, difference);
    if (isUnderWay) return last.kind === 'create' ? last : refuseBusy(tenant, last);
    return wanted.anew || last?.state !== 'succeeded' ? undefined : last;
  }
  if (isUnderWay) return last.kind === 'scale' && last.members === wanted.members ? last : refuseBusy(tenant, last);
  if (!wanted.anew && tenant.members === wanted.members && last?.state === 'succeeded') return last;
  return undefined;
}

function differenceOf({ template, members, variables = [] }: WantedOperation, tenant: TenantRecord): string | undefined {
  if (template !== tenant.template) return `it is made from ${tenant.template}, and ${template} is asked for`;
  if (members !== tenant.members) return `it has ${tenant.members} members, and ${members} are asked for`;
  const given = [...variables].sort().join(' ');
  return given === [...tenant.variables].sort().join(' ') ? undefined : 'its variables are others';
}

function operationOf(wanted: WantedOperation, tenant: TenantRecord | undefined, now: number): Operation {
  const { kind, by, tenant: name } = wanted;
  const customer = tenant ? tenant.customer : wanted.customer;
  return {
    id: operationId(now),
    kind,
    tenant: name,
    template: tenant?.template ?? wanted.template ?? '',
    members: wanted.members ?? tenant?.members ?? 1,
    variables: tenant?.variables ?? wanted.variables ?? [],
    ...(customer === undefined ? {} : { customer }),
    by,
    asked: now,
    state: 'queued',
  };
}

const STATES = { create: 'creating', scale: 'scaling', destroy: 'destroying' } as const;

function tenantChange(operation: Operation, tenant: Kept<TenantRecord> | undefined, now: number): KeyChange {
  const { kind, tenant: name, template, members, variables, customer, id } = operation;
  const value: TenantRecord = {
    ...{ name, template, members, variables },
    ...(customer === undefined ? {} : { customer }),
    state: STATES[kind],
    operation: id,
    made: tenant?.value.made ?? now,
  };
  return { key: `${TENANTS}${name}`, value: bytesOf(value), index: tenant?.index ?? 0 };
}

function customerChange({ value, index }: Kept<CustomerRecord>, { tenant }: WantedOperation): KeyChange[] {
  const { name, quota, tenants } = value;
  // In the same write even where nothing changes: a quota that somebody lowers meanwhile holds.
  if (!tenants.includes(tenant) && tenants.length >= quota) {
    throw new UsageError(`customer ${name} has ${tenants.length} of ${quota} tenants, and can have no more`, {
      code: 'quota-reached',
      why: `they are ${tenants.join(', ')}`,
      next: hint`destroy one of them, or have the operator give more: ${nomadctl`controller customer create ${name} --quota ${quota + 1}`}`,
    });
  }
  const all = tenants.includes(tenant) ? tenants : [...tenants, tenant].sort();
  return [{ key: `${CUSTOMERS}${name}`, value: bytesOf({ ...value, tenants: all }), index }];
}

async function requireCustomer(store: ConsulStore, name: string, signal: AbortSignal): Promise<Kept<CustomerRecord>> {
  const found = await readCustomer(store, name, signal);
  if (found) return found;
  throw new UsageError(`there is no customer ${name}`, { code: 'customer-unknown', next: nomadctl`controller customer list` });
}

/* Keys of requests. */

function requestKey({ customer, key }: Pick<WantedOperation, 'customer' | 'key'>): string | undefined {
  if (key === undefined) return undefined;
  return `${REQUESTS}${createHash('sha256')
    .update(`${customer ?? ''}\n${key}`)
    .digest('hex')}`;
}

function fingerprintOf({ kind, tenant, template, members, variables }: WantedOperation): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, tenant, template, members, variables]))
    .digest('hex');
}

async function readRequest(store: ConsulStore, wanted: WantedOperation, signal: AbortSignal): Promise<Accepted | undefined> {
  const key = requestKey(wanted);
  const found = key === undefined ? undefined : await readRecord<RequestRecord>(store, key, signal);
  if (!found) return undefined;
  if (found.value.fingerprint !== fingerprintOf(wanted)) {
    throw new UsageError('this idempotency key was given for another request', {
      code: 'key-reused',
      why: `it stands for operation ${found.value.operation}`,
      next: hint`give every request a key of its own, and the same key only to the very same request`,
    });
  }
  const operation = (await readOperation(store, found.value.operation, signal))?.value;
  // One that was forgotten since ended long ago.
  return operation && { operation, isNew: false };
}

function requestChange(wanted: WantedOperation, { id }: Operation, now: number): KeyChange[] {
  const key = requestKey(wanted);
  if (key === undefined) return [];
  const request: RequestRecord = { operation: id, fingerprint: fingerprintOf(wanted), asked: now };
  return [{ key, value: bytesOf(request) }];
}

async function rememberRequest(
  store: ConsulStore,
  { wanted, operation, now }: { wanted: WantedOperation; operation: Operation; now: number },
  signal: AbortSignal,
): Promise<boolean> {
  const changes = requestChange(wanted, operation, now);
  return changes.length === 0 || store.writeAll(changes, signal);
}

/* Refusals. */

function taken({ tenant }: WantedOperation): UsageError {
  return new UsageError(`there is no tenant ${tenant} of yours, and another one has the name`, {
    code: 'tenant-taken',
    next: hint`choose another name`,
  });
}

function exists({ name, members }: TenantRecord, why: string): UsageError {
  return new UsageError(`there is a tenant ${name} already, and it is another one than this`, {
    code: 'tenant-exists',
    why,
    next: hint`${nomadctl`tenant scale ${name} ${members}`}   for its size; all else: ${nomadctl`tenant destroy ${name}`}`,
  });
}

function refuseBusy(tenant: TenantRecord, last: Operation): never {
  throw busy(tenant, last, `its ${last.kind} is not done yet`);
}

function busy({ name }: TenantRecord, last: Operation | undefined, why: string): UsageError {
  return new UsageError(`tenant ${name} cannot be changed now`, {
    code: 'tenant-busy',
    why: [why, ...(last ? [`operation ${last.id} of ${last.by}, ${last.state}`] : [])],
    next: nomadctl`tenant show ${name}`,
  });
}
