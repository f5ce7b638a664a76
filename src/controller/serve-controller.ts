import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { NomadctlError, UsageError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { listenAt, type Listening } from '@nomadctl/base/servers/listening';
import type { ClientIdentity } from '../clients/agent-endpoint.js';
import { openIdentity } from '../clients/tls/open-identity.js';
import { writeAudit, type AuditEntry } from '../tenants/audit.js';
import { customerOf } from './customer-of.js';
import { openApi } from './open-api.js';
import { refusalOf } from './refusal.js';
import { routes, type Answer, type ControllerContext, type Route } from './routes.js';
import { sendCredentials } from './send-credentials.js';

export interface ControllerServer extends Listening {
  /** Shows another certificate from now on. */
  renew(identity: ServerIdentity): void;
}

/** A certificate, with those that lead to its authority, in PEM, and its key. */
export type ServerIdentity = Pick<ClientIdentity, 'certificate' | 'key'>;

export interface ControllerServing {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Absent: plain HTTP, for this computer alone. */
  readonly identity?: ServerIdentity | undefined;
  readonly version: string;
  readonly isLeader: () => boolean;
  /** Something that no customer is told. */
  readonly onFailure: (error: unknown) => void;
}

/** Answers customers over HTTP, or HTTPS where there is a certificate. @throws PrerequisiteError `port-taken` */
export async function serveController(at: ControllerContext, serving: ControllerServing): Promise<ControllerServer> {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(at, { request, response, serving }).catch((error: unknown) => {
      serving.onFailure(error);
      response.destroy();
    });
  };
  const { host, port, identity } = serving;
  const secure = identity && createSecureServer(openIdentity(identity), onRequest);
  const listening = await listenAt(secure ?? createServer(onRequest), {
    ...{ host, port, what: 'the controller' },
    next: again({ listen: `${host}:0` }),
  });
  return { ...listening, renew: (next) => secure?.setSecureContext(openIdentity(next)) };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly serving: ControllerServing;
}

async function answer(at: ControllerContext, { request, response, serving }: Exchange): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (path === '/v1/openapi.json') return send(response, { status: 200, body: openApi(serving.version) });
  if (path === '/v1/health') return send(response, { status: 200, body: { leader: serving.isLeader() } });
  let route: Route | undefined;
  let customer = '';
  let name = '';
  try {
    ({ route, name } = routeOf(request.method ?? '', path));
    const asking = await customerOf(request, at);
    customer = asking.name;
    const given = await route.handle(at, { request, customer: asking, name });
    await audit(at, route, {
      customer,
      tenant: given.tenant ?? name,
      status: given.status,
      from: fromOf(request),
      operation: given.operation,
    });
    send(response, given);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal.status >= 500) serving.onFailure(error);
    const refused = {
      customer,
      tenant: name,
      status: refusal.status,
      from: fromOf(request),
      refusal: error instanceof NomadctlError ? error.code : 'unexpected',
    };
    if (route && customer !== '') await audit(at, route, refused).catch(serving.onFailure);
    send(response, { status: refusal.status, body: { error: refusal.error } });
  }
}

type Audited = Omit<AuditEntry, 'at' | 'action' | 'operation'> & { readonly operation?: string | undefined };

/** Before the answer: nobody is told of what is not written down. */
async function audit(at: ControllerContext, { action }: Route, { operation, ...entry }: Audited): Promise<void> {
  if (action === undefined) return;
  await writeAudit(at.store, { at: at.now(), action, ...entry, ...(operation === undefined ? {} : { operation }) }, at.signal);
}

function fromOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? 'unknown';
}

function routeOf(method: string, path: string): { readonly route: Route; readonly name: string } {
  for (const route of routes) {
    const [before = '', after] = route.path.split(/\{\w+\}/);
    if (route.method !== method) continue;
    if (after === undefined ? path === route.path : path.startsWith(before) && path.endsWith(after)) {
      const name = after === undefined ? '' : path.slice(before.length, path.length - after.length);
      if (after === undefined || /^[a-z0-9-]{1,80}$/.test(name)) return { route, name };
    }
  }
  throw new UsageError(`there is nothing at ${method} ${path.slice(0, 200)}`, { code: 'route-unknown' });
}

function send(response: ServerResponse, { status, body, secretBody, location }: Answer): void {
  if (secretBody !== undefined) return sendCredentials(response, secretBody);
  const headers = { 'content-type': 'application/json', ...(location === undefined ? {} : { location }) };
  response.writeHead(status, headers).end(JSON.stringify(body));
}
