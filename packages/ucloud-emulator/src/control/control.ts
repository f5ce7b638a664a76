import type { IncomingMessage, ServerResponse } from 'node:http';
import { NomadctlError } from '@nomadctl/base/errors';
import type { Cloud } from '../cloud/cloud.js';
import { CONTROL_PATH, ControlError, routes } from './control-routes.js';
import { BodyTooLarge, readBody } from '../http/read-request.js';

/**
 * The test's side of the emulator: what was asked, the clock, faults, resources. Without a signature, so only for clients
 * on this computer that are no web page. Never rejects for what the client did.
 */
export async function handleControl(request: IncomingMessage, response: ServerResponse, cloud: Cloud): Promise<void> {
  try {
    const result = await route(request, cloud);
    send(response, 200, result ?? { ok: true });
  } catch (error) {
    // The client left while it sent: nobody is there to be answered.
    if (!request.complete && request.destroyed) return;
    if (error instanceof ControlError) return send(response, error.status, { error: error.message });
    if (error instanceof BodyTooLarge) return send(response, 413, { error: 'the body is too large' });
    cloud.onBug(error);
    // Such as a full disk, which keeps the clock from being set.
    if (error instanceof NomadctlError) return send(response, 503, { error: [error.message, ...error.why].join(': ') });
    send(response, 500, { error: 'internal error of the emulator' });
  }
}

async function route(request: IncomingMessage, cloud: Cloud): Promise<unknown> {
  if (!isLoopback(request.socket.remoteAddress ?? '')) throw new ControlError(403, 'the control API answers only to this computer');
  // A browser sends Origin with whatever a page changes, and the name of the page's own site, whatever address that leads to.
  if (request.headers.origin !== undefined || !NO_SITE.test(request.headers.host ?? ''))
    throw new ControlError(403, 'the control API does not answer to web pages');
  const url = new URL(request.url ?? '', 'http://emulator');
  const path = url.pathname.slice(CONTROL_PATH.length);
  const found = routes.filter((candidate) => candidate.path.test(path));
  const chosen = found.find(({ method }) => method === request.method);
  if (!chosen)
    throw found.length > 0
      ? new ControlError(405, `${path} takes ${found.map(({ method }) => method).join(', ')}`)
      : new ControlError(404, `nothing is at ${url.pathname}`);
  const body = request.method === 'POST' ? parse(await readBody(request)) : undefined;
  return chosen.run({ word: chosen.path.exec(path)?.[1] ?? '', query: url.searchParams, body }, cloud);
}

/** What a program on this computer calls it. */
const NO_SITE = /^((\[[\da-f:.]+\]|[\d.]+|localhost)(:\d+)?)?$/i;

const isLoopback = (address: string): boolean => /^(::1$|(::ffff:)?127\.)/.test(address);

function parse(body: string): unknown {
  if (body === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new ControlError(400, 'the body must be JSON');
  }
}

function send(response: ServerResponse, status: number, document: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(document, null, 2)}\n`);
}
