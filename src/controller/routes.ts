import type { IncomingMessage } from 'node:http';
import { UsageError } from '@nomadctl/base/errors';
import type { Paths } from '@nomadctl/base/paths';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Redactor } from '@nomadctl/base/redact';
import type { SecretDocument } from '@nomadctl/base/secret/secret';
import type { ConsulStore } from '../clients/consul/consul-store.js';
import type { ClusterConnection } from '../cluster/connection.js';
import { acceptOperation, type WantedOperation } from '../tenants/accept-operation.js';
import { readPassword } from '../tenants/passwords.js';
import type { CustomerRecord, Operation, OperationKind, TenantRecord } from '../tenants/records.js';
import { tenantName } from '../tenants/tenant-name.js';
import { refuseForeignNamespace } from '../tenants/tenant-namespace.js';
import { readCustomer, readOperation, readTenant } from '../tenants/tenant-store.js';
import { checkedMembers, findTenantTemplate, listTenantTemplates } from '../tenants/tenant-template.js';
import { checkedVariables } from '../tenants/tenant-variables.js';
import { countIn, invalid, readBody, wordIn, wordsIn } from './read-body.js';
import type { TemplateCache } from './template-cache.js';
import type { TenantView } from './tenant-view.js';

/** What the service works with. */
export interface ControllerContext {
  readonly connection: ClusterConnection;
  readonly store: ConsulStore;
  readonly view: TenantView;
  readonly templates: TemplateCache;
  readonly paths: Paths;
  readonly redact: Redactor;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** A request that is somebody's. `name` is the part of the path between braces. */
export interface Asked {
  readonly request: IncomingMessage;
  readonly customer: CustomerRecord;
  readonly name: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** In place of the body. */
  readonly secretBody?: SecretDocument;
  readonly location?: string;
  /** For the audit log. */
  readonly operation?: string;
  readonly tenant?: string;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With at most one `{name}`. */
  readonly path: string;
  readonly summary: string;
  /** Written to the audit log. */
  readonly action?: OperationKind | 'credentials';
  readonly answers: Readonly<Record<number, string>>;
  /** Fields of the request's body: type and meaning. */
  readonly body?: Readonly<
    Record<string, { readonly type: 'string' | 'integer' | 'object'; readonly about: string; readonly required?: true }>
  >;
  handle(at: ControllerContext, asked: Asked): Promise<Answer>;
}

const REFUSALS = { 401: 'no token, or one that is not known', 404: 'there is no such tenant of yours' } as const;
const ACCEPTED = 'accepted; the operation tells how far it is';

/** Every route but the description and the health of the service, which ask for no token. */
export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/templates',
    summary: 'What tenants can be made from',
    answers: { 200: 'names of templates', 401: REFUSALS[401] },
    handle: async ({ paths }) => ({ status: 200, body: { templates: await listTenantTemplates(paths) } }),
  },
  {
    method: 'GET',
    path: '/v1/tenants',
    summary: 'Your tenants, and how many you may have',
    answers: { 200: 'tenants with their last operations', 401: REFUSALS[401] },
    async handle(at, { customer }) {
      // Not from memory: who has just made one looks for it here.
      const { quota, tenants: names } = (await readCustomer(at.store, customer.name, at.signal))?.value ?? customer;
      const tenants = await mapBounded(names, REQUESTS_AT_ONCE, async (name) => {
        const found = (await readTenant(at.store, name, at.signal))?.value;
        return found ? [await shown(at, found)] : [];
      });
      return { status: 200, body: { quota, tenants: tenants.flat() } };
    },
  },
  {
    method: 'POST',
    path: '/v1/tenants',
    summary: 'Make a tenant. The same request again is the same operation',
    action: 'create',
    body: {
      name: { type: 'string', about: 'lower case letters, digits and dashes', required: true },
      template: { type: 'string', about: 'what it is made from; default redis' },
      members: { type: 'integer', about: 'how many members it has; default: what the template says' },
      variables: { type: 'object', about: 'variables of the template, by name' },
    },
    answers: {
      202: ACCEPTED,
      400: 'the request is wrong',
      401: REFUSALS[401],
      403: 'the quota is reached',
      409: 'the name is taken',
      422: 'the idempotency key stands for another request',
    },
    async handle(at, { request, customer }) {
      const body = await readBody(request, ['name', 'template', 'members', 'variables']);
      const tenant = tenantName(wordIn(body, 'name') ?? '');
      const template = await findTenantTemplate(wordIn(body, 'template') ?? 'redis', at.paths);
      const members = checkedMembers(template, countIn(body, 'members'));
      const variables = checkedVariables(template, wordsIn(body['variables']));
      await refuseForeignNamespace(at.connection, tenant, at.signal);
      return accept(at, request, { kind: 'create', tenant, template: template.name, members, variables, customer: customer.name });
    },
  },
  {
    method: 'GET',
    path: '/v1/tenants/{tenant}',
    summary: 'A tenant with its last operation',
    answers: { 200: 'the tenant', ...REFUSALS },
    handle: async (at, asked) => ({ status: 200, body: await shown(at, await ownTenant(at, asked)) }),
  },
  {
    method: 'GET',
    path: '/v1/tenants/{tenant}/address',
    summary: 'Where it is reached, as Consul has told last',
    answers: { 200: 'service, addresses, url', ...REFUSALS, 409: 'it has no address now' },
    handle: async (at, asked) => ({ status: 200, body: await addressOf(at, await knownTenant(at, asked)) }),
  },
  {
    method: 'GET',
    path: '/v1/tenants/{tenant}/credentials',
    summary: 'By which name and password a client logs in',
    action: 'credentials',
    answers: { 200: 'user and password', ...REFUSALS },
    async handle(at, asked) {
      const tenant = await ownTenant(at, asked);
      const { manifest } = await at.templates.find(tenant.template);
      const part = manifest.jobs.find(({ password }) => password);
      const password = part && (await readPassword(at.connection, { tenant: tenant.name, job: part.job }, at));
      return { status: 200, secretBody: { user: manifest.address.user ?? null, password: password ?? null } };
    },
  },
  {
    method: 'POST',
    path: '/v1/tenants/{tenant}/scale',
    summary: 'Give it more or fewer members; those that are taken away lose their volumes',
    action: 'scale',
    body: { members: { type: 'integer', about: 'how many it is to have', required: true } },
    answers: { 202: ACCEPTED, 400: 'the request is wrong', ...REFUSALS, 409: 'an operation is under way' },
    async handle(at, asked) {
      const { name, template, customer } = await ownTenant(at, asked);
      const asWanted = countIn(await readBody(asked.request, ['members']), 'members');
      if (asWanted === undefined) throw invalid('it has no members');
      const members = checkedMembers(await at.templates.find(template), asWanted);
      return accept(at, asked.request, { kind: 'scale', tenant: name, members, ...(customer === undefined ? {} : { customer }) });
    },
  },
  {
    method: 'DELETE',
    path: '/v1/tenants/{tenant}',
    summary: 'Remove it with all of its data',
    action: 'destroy',
    answers: { 202: ACCEPTED, ...REFUSALS },
    async handle(at, asked) {
      const { name } = await ownTenant(at, asked);
      return accept(at, asked.request, { kind: 'destroy', tenant: name, customer: asked.customer.name });
    },
  },
  {
    method: 'GET',
    path: '/v1/operations/{operation}',
    summary: 'How far an operation is, or how it has ended',
    answers: { 200: 'the operation', 401: REFUSALS[401], 404: 'there is no such operation of yours' },
    async handle(at, { name, customer }) {
      const found = (await readOperation(at.store, name, at.signal))?.value;
      if (found?.customer !== customer.name || !found)
        throw new UsageError(`there is no operation ${name} of yours`, { code: 'operation-unknown' });
      return { status: 200, body: operationBody(found) };
    },
  },
];

async function accept(
  at: ControllerContext,
  request: IncomingMessage,
  wanted: Omit<WantedOperation, 'by' | 'anew' | 'key'>,
): Promise<Answer> {
  const given = request.headers['idempotency-key'];
  const key = typeof given === 'string' ? { key: given.slice(0, 256) } : {};
  const { operation } = await acceptOperation(
    at.store,
    { ...wanted, ...key, by: `customer ${wanted.customer}`, anew: false },
    { now: at.now(), signal: at.signal },
  );
  const { id } = operation;
  return {
    status: 202,
    body: { operation: operationBody(operation) },
    location: `/v1/operations/${id}`,
    operation: id,
    tenant: wanted.tenant,
  };
}

/** What a customer sees of an operation: not the process and the host that is at it. */
function operationBody({ id, kind, tenant, state, step, asked, started, ended, error }: Operation) {
  const failure = error && { code: error.code, message: error.message, why: error.why };
  return { id, kind, tenant, state, step, asked, started, ended, error: failure };
}

async function shown({ store, signal }: ControllerContext, { name, template, members, state, made, operation }: TenantRecord) {
  const last = (await readOperation(store, operation, signal))?.value;
  return { name, template, members, state, made, operation: last ? operationBody(last) : null };
}

/** @throws UsageError `tenant-unknown`, also for a tenant of somebody else: nobody learns that it is there */
async function ownTenant({ store, signal }: ControllerContext, { name, customer }: Asked): Promise<TenantRecord> {
  const found = (await readTenant(store, name, signal))?.value;
  if (found?.customer === customer.name) return found;
  throw new UsageError(`there is no tenant ${name} of yours`, { code: 'tenant-unknown' });
}

/** The same from memory, for look-ups that tell no secret. One that was made a moment ago may not be known yet. */
async function knownTenant(at: ControllerContext, asked: Asked): Promise<TenantRecord> {
  const known = await at.view.tenant(asked.name);
  return known?.customer === asked.customer.name ? known : ownTenant(at, asked);
}

async function addressOf(at: ControllerContext, { name, template }: TenantRecord) {
  const { manifest } = await at.templates.find(template);
  const address = await at.view.address(name, manifest);
  if (address.addresses.length > 0) return address;
  throw new UsageError(`tenant ${name} has no address now`, { code: 'tenant-no-address' });
}
