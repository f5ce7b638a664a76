import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { BalancedListener } from './balanced-listener.js';
import { join } from './lead-stream.js';
import type { BackendReach, Reached } from './reach-backend.js';
import { backendsFor } from './route-request.js';

/** Name of the cookie by which a client comes back to its backend. UCloud does not document its own. */
const COOKIE = 'ULBSERVERID';
const NOBODY = 503;
/** Of one connection alone: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const OWN_HEADERS = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

export interface Led {
  readonly listener: BalancedListener;
  readonly reach: BackendReach;
}

/** Sends one request to the backend that its host, path and cookie say, and the answer back. */
export async function leadRequest(asked: IncomingMessage, answer: ServerResponse, led: Led): Promise<void> {
  const reached = await reachFor(asked, led);
  if (!reached) return void answer.writeHead(NOBODY, { 'content-type': 'text/plain' }).end('no backend is well\n');
  const { backend, socket } = reached;
  const far = request({ method: asked.method, path: asked.url, headers: headersFor(asked, led), createConnection: () => socket });
  const fail = (): void => {
    if (!answer.headersSent) answer.writeHead(502, { 'content-type': 'text/plain' }).end('the backend did not answer\n');
    else answer.destroy();
  };
  answer.once('close', () => socket.destroy());
  far.once('error', fail).once('response', (said) => {
    const stick = led.listener.sticks && cookieOf(asked) !== backend.id ? ['set-cookie', `${COOKIE}=${backend.id}; Path=/`] : [];
    answer.writeHead(said.statusCode ?? 502, said.statusMessage, [...shared(said.rawHeaders), ...stick]);
    said.once('error', fail).pipe(answer);
  });
  asked.pipe(far);
}

/** For WebSocket and its like: what follows the request is no HTTP. */
export async function leadUpgrade(
  asked: IncomingMessage,
  { near, head }: { readonly near: Duplex; readonly head: Buffer },
  led: Led,
): Promise<void> {
  near.on('error', () => near.destroy());
  const reached = await reachFor(asked, led);
  if (!reached) return void near.end(`HTTP/1.1 ${NOBODY} Service Unavailable\r\nconnection: close\r\n\r\n`);
  const lines = Object.entries({ ...headersFor(asked, led), connection: 'upgrade', upgrade: asked.headers.upgrade ?? '' });
  reached.socket.write(
    `${asked.method} ${asked.url} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${String(value)}\r\n`).join('')}\r\n`,
  );
  reached.socket.write(head);
  join(near, reached.socket);
}

async function reachFor(asked: IncomingMessage, { listener, reach }: Led): Promise<Reached | undefined> {
  const { remoteAddress: address = '', remotePort: port = 0 } = asked.socket;
  const among = backendsFor(listener.routes, { host: asked.headers.host ?? '', path: asked.url ?? '' });
  return reach.reach({ from: { address, port }, among, preferred: listener.sticks ? cookieOf(asked) : undefined });
}

/** Backends learn from whom it comes, and how. */
function headersFor({ headers, socket }: IncomingMessage, { listener }: Led): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !OWN_HEADERS.includes(name));
  const before = headers['x-forwarded-for'];
  return {
    ...(Object.fromEntries(kept) as Record<string, string | string[]>),
    ...(headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': headers['transfer-encoding'] }),
    'x-forwarded-for': [...(before === undefined ? [] : [before].flat()), socket.remoteAddress ?? ''].join(', '),
    'x-forwarded-proto': listener.protocol.toLowerCase(),
  };
}

function shared(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (!OWN_HEADERS.includes(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}

function cookieOf({ headers }: IncomingMessage): string | undefined {
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]+)`).exec(headers.cookie ?? '')?.[1];
}
