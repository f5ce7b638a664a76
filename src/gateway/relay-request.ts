import { anySignal } from '@nomadctl/base/signals/any-signal';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import { pipeline } from 'node:stream';
import { reasonOf } from '@nomadctl/base/reason';
import { NotTakenError, relay, type RelayedReply, type TokenHeader } from '../clients/relay/relay.js';
import type { AgentProgram } from '../cluster/node-roles.js';
import { GUARDS, sendBack } from './send-back.js';
import type { Upstream } from './upstream.js';

const TOKEN_HEADERS: Readonly<Record<AgentProgram, TokenHeader>> = { nomad: 'X-Nomad-Token', consul: 'X-Consul-Token' };
const TITLES: Readonly<Record<AgentProgram, string>> = { nomad: 'Nomad', consul: 'Consul' };

/** More than a job or a value of Consul's KV store may have. */
const LARGEST_BODY = 32 * 1024 * 1024;

/** Answers a browser with what a server of the program says, as it comes. Never throws. */
export async function relayRequest(
  request: IncomingMessage,
  response: ServerResponse,
  at: { program: AgentProgram; upstream: Upstream },
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort(new Error('the browser no longer waits')));
  try {
    const body = await bodyOf(request);
    if (body === 'too-large') return sendBack(response, { type: 'text', status: 413, text: `more than ${LARGEST_BODY} bytes` });
    const reply = await ask(request, at, { signal: gone.signal, ...(body === undefined ? {} : { body }) });
    response.writeHead(reply.status, { ...reply.headers, ...guardsOf(reply) });
    // An event stream that has said nothing yet is open already.
    response.flushHeaders();
    // A browser or a server that goes away in the middle is no error of ours.
    pipeline(reply.body, response, () => undefined);
  } catch (error) {
    if (gone.signal.aborted) return;
    if (response.headersSent) return void response.destroy();
    sendBack(response, { type: 'text', status: 502, text: wordsOf(at.program, error) });
  }
}

/** Connects a browser's WebSocket with a server's. Never throws. */
export async function relayUpgrade(
  request: IncomingMessage,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
  at: { program: AgentProgram; upstream: Upstream },
): Promise<void> {
  const gone = new AbortController();
  socket.on('error', () => undefined);
  socket.on('close', () => gone.abort(new Error('the browser no longer waits')));
  try {
    const reply = await ask(request, at, { signal: gone.signal });
    if (!reply.socket) {
      reply.body.resume();
      return void socket.end(`HTTP/1.1 ${reply.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    }
    const lines = Object.entries(reply.headers).flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name}: ${one}`));
    socket.write(['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket', ...lines, '', ''].join('\r\n'));
    socket.unshift(head);
    pipeline(socket, reply.socket, socket, () => undefined);
  } catch {
    socket.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  }
}

async function ask(
  request: IncomingMessage,
  { program, upstream }: { program: AgentProgram; upstream: Upstream },
  { signal, body }: { readonly signal: AbortSignal; readonly body?: Buffer },
): Promise<RelayedReply> {
  const { method = 'GET', url = '/', headers } = request;
  const relayed = { method, path: url, headers, ...(body === undefined ? {} : { body }) };
  const asked = upstream.ask((endpoint, lost) => relay(endpoint, TOKEN_HEADERS[program], { ...relayed, signal: anySignal(signal, lost) }));
  upstream.hold(asked.then(({ socket, body: stream }) => finished(socket ?? stream, { readable: true, writable: false })));
  return asked;
}

/** A body is read whole: another server is given it where the first one is gone. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined | 'too-large'> {
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_BODY) return 'too-large';
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/**
 * Nomad lets its page connect to everywhere, because it asks clients for logs at their own addresses first. From here those
 * cannot be known to be trusted, and servers hand the same on: the page is told so by its policy, and asks them at once.
 */
function guardsOf({ headers }: RelayedReply): OutgoingHttpHeaders {
  const policy = headers['content-security-policy'];
  const only = typeof policy === 'string' ? policy.replace('connect-src *', "connect-src 'self'") : "frame-ancestors 'none'";
  return { ...GUARDS, 'content-security-policy': only };
}

function wordsOf(program: AgentProgram, error: unknown): string {
  const what =
    error instanceof NotTakenError ? `none of the ${TITLES[program]} servers answers` : `${TITLES[program]} ended the connection`;
  return `${what}: ${reasonOf(error)}`;
}
