import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { reasonOf } from '@nomadctl/base/reason';
import type { AgentEndpoint } from '../agent-endpoint.js';
import { hideBytes } from './hide-bytes.js';
import { openHeaders } from '../open-headers.js';
import { headersFromAgent, headersToAgent } from './relayed-headers.js';
import { begin } from '../transport.js';

/** Somebody else's request to an agent: a browser's, by way of a gateway of ours. */
export interface RelayedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** As they came: credentials are replaced by the endpoint's. */
  readonly headers: IncomingHttpHeaders;
  /** Whole, so that another server can be given it where nobody took it. */
  readonly body?: Buffer;
  readonly signal: AbortSignal;
}

export interface RelayedReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it comes, without the token. */
  readonly body: Readable;
  /** Of a WebSocket that the agent agreed to: what both sides then use as they like. */
  readonly socket?: Duplex;
}

export type TokenHeader = 'X-Nomad-Token' | 'X-Consul-Token';

/** Nothing was done with the request: another server may be asked. */
export class NotTakenError extends Error {}

/** For the signal of a request: its server no longer answers. */
export class ServerLostError extends Error {}

/** A host that is gone does not refuse. */
const CONNECT_MS = 5000;
const IDEMPOTENT = ['GET', 'HEAD'];
const UPGRADE = { connection: 'Upgrade', upgrade: 'websocket' };

/**
 * Hands a request to an agent with the token of its endpoint, and the reply back without that token: wherever an agent says it
 * (`/v1/acl/token/self` does), as many zeros stand. Ends with the headers; neither side waits for the other's whole body.
 * @throws NotTakenError; the signal's reason; what ended the connection
 */
export async function relay(endpoint: AgentEndpoint, header: TokenHeader, request: RelayedRequest): Promise<RelayedReply> {
  const credentials = openHeaders(endpoint.token ? { [header]: endpoint.token } : {});
  const { status, headers, body, socket } = await send(endpoint, request, credentials);
  const token = credentials[header];
  if (token === undefined || socket) return { status, headers, body, ...(socket ? { socket } : {}) };
  const safe = body.pipe(hideBytes(token));
  body.on('error', (error) => safe.destroy(error));
  // Whoever no longer listens ends the agent's part, too.
  safe.on('close', () => body.destroy());
  return { status, headers, body: safe };
}

/**
 * Nomad's pages tell their token in the first message of a WebSocket, and that one would count for more than the header
 * (`readWsHandshake` in https://github.com/hashicorp/nomad/blob/v1.11.3/command/agent/alloc_endpoint.go). Nomad is not told to
 * expect one, and takes it for a message without content.
 */
function addressOf(endpoint: AgentEndpoint, path: string): URL {
  const address = new URL(`${endpoint.url}${path}`);
  address.searchParams.delete('ws_handshake');
  return address;
}

async function send(endpoint: AgentEndpoint, request: RelayedRequest, credentials: Record<string, string>): Promise<RelayedReply> {
  const { method, path, body, signal } = request;
  signal.throwIfAborted();
  const isUpgrade = request.headers.upgrade?.toLowerCase() === 'websocket';
  const headers = {
    ...headersToAgent(request.headers),
    'accept-encoding': 'identity',
    ...(body === undefined ? {} : { 'content-length': body.length }),
    ...(isUpgrade ? UPGRADE : {}),
    ...credentials,
  };
  const address = isUpgrade ? addressOf(endpoint, path) : new URL(`${endpoint.url}${path}`);
  const outgoing = begin(address, { method, headers, signal }, { transport: endpoint });
  const connected = connectedIn(outgoing, CONNECT_MS);
  return new Promise((resolve, reject) => {
    outgoing.once('response', (reply) => resolve(replyOf(reply)));
    outgoing.once('upgrade', (reply, socket, head) => {
      socket.unshift(head);
      resolve({ ...replyOf(reply), socket });
    });
    outgoing.on('error', (error) => {
      const cause: unknown = signal.aborted ? signal.reason : error;
      const isWanted = !signal.aborted || cause instanceof ServerLostError;
      const mayRepeat = !connected() || IDEMPOTENT.includes(method);
      reject(isWanted && mayRepeat ? new NotTakenError(reasonOf(cause), { cause }) : cause);
    });
    outgoing.end(body);
  });
}

function replyOf(reply: IncomingMessage): RelayedReply {
  return { status: reply.statusCode ?? 0, headers: headersFromAgent(reply.headers), body: reply };
}

/** Ends a request that finds no connection in time; the answer is whether there is one. Over TLS, one that is trusted. */
function connectedIn(outgoing: ClientRequest, limitMs: number): () => boolean {
  let isConnected = false;
  const timer = setTimeout(() => outgoing.destroy(new Error(`no connection within ${limitMs / 1000} s`)), limitMs);
  const connected = (): void => {
    isConnected = true;
    clearTimeout(timer);
  };
  outgoing.once('close', () => clearTimeout(timer));
  outgoing.once('socket', (socket) => {
    if (outgoing.reusedSocket) connected();
    else if ('encrypted' in socket) socket.once('secureConnect', connected);
    else if (socket.connecting) socket.once('connect', connected);
    else connected();
  });
  return () => isConnected;
}
