import { request as plainRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as secure, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { AgentEndpoint, ClientIdentity, TrustedCa } from './agent-endpoint.js';
import { openIdentity } from './tls/open-identity.js';

/** How connections are made: trusted by whom, known by what, under which name, by which way. */
export type Transport = Pick<AgentEndpoint, 'ca' | 'identity' | 'serverName' | 'connect'>;

interface Way {
  readonly transport?: Transport;
  readonly onReply?: (reply: IncomingMessage) => void;
}

type Outgoing = Pick<RequestOptions, 'method' | 'headers' | 'timeout' | 'signal' | 'agent'>;

/**
 * Begins a request by Node's own client, which is loaded already: undici costs 60-90 ms at start-up, a third of what a deploy
 * may take more than Nomad's own program. Idle connections are kept and hold nothing open; those of `connect` end with their
 * request.
 */
export function begin(address: URL, outgoing: Outgoing, { transport = {}, onReply }: Way): ClientRequest {
  const isSecure = address.protocol === 'https:';
  const { connect } = transport;
  const tls = isSecure ? trustOf(transport) : {};
  const way = connect ? { createConnection: () => (isSecure ? overTls(connect(), address, tls) : connect()) } : {};
  return (isSecure ? secureRequest : plainRequest)(address, { ...outgoing, ...tls, ...way }, onReply);
}

interface Trust {
  readonly ca?: string;
  readonly servername?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly secureContext?: SecureContext;
}

function trustOf(transport: Transport): Trust {
  const { ca, identity, serverName } = transport;
  const trust: Trust = {
    ...(ca ? { ca: ca.pem } : {}),
    ...(identity ? openIdentity(identity) : {}),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
  return ca ? { ...trust, secureContext: contextOf(ca, { identity, trust }) } : trust;
}

interface KnownBy {
  readonly identity: ClientIdentity | undefined;
  readonly trust: Trust;
}

/** Many connections begin at once, and to read the same certificates anew takes each of them half a millisecond. */
const contexts = new WeakMap<TrustedCa, { readonly identity: ClientIdentity | undefined; readonly context: SecureContext }>();

function contextOf(ca: TrustedCa, { identity, trust }: KnownBy): SecureContext {
  const made = contexts.get(ca);
  if (made && made.identity === identity) return made.context;
  const context = createSecureContext(trust);
  contexts.set(ca, { identity, context });
  return context;
}

function overTls(socket: Duplex, { hostname }: URL, trust: Trust): TLSSocket {
  return secure({ socket, host: hostname, ...trust });
}
