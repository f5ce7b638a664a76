import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { acceptsTcp, inOrder } from '../network/firewall-rules.js';
import type { BalancedListener, BalancedTls } from './balanced-listener.js';
import { leadRequest, leadUpgrade } from './lead-request.js';
import { leadStream } from './lead-stream.js';
import { reachBackends } from './reach-backend.js';
import type { HealthWatch } from './watch-health.js';

/** One listener at one address. */
export interface ServedListener {
  /** What can change while it listens: backends, rules, certificates. */
  update(listener: BalancedListener): void;
  close(): Promise<void>;
}

export interface Serving {
  readonly address: string;
  readonly health: HealthWatch;
  /** Whom backends see. */
  readonly localAddress: string | undefined;
  /** Whether the rules of the firewall are asked here, for want of anybody else. */
  readonly asksRules: boolean;
}

/** @throws the error of Node's with which it could not listen. */
export async function serveListener(
  first: BalancedListener,
  { address, health, localAddress, asksRules }: Serving,
): Promise<ServedListener> {
  let listener = first;
  const sockets = new Set<Socket>();
  const reach = reachBackends(() => listener, { health, localAddress });
  const server = serverOf(first, {
    onStream: (socket) => void leadStream(socket, reach, listener.idleMs),
    onRequest: (asked, answer) => void leadRequest(asked, answer, { listener, reach }),
    onUpgrade: (asked, near, head) => void leadUpgrade(asked, { near, head }, { listener, reach }),
    tls: () => listener.tls,
  });
  server.prependListener('connection', (socket: Socket) => {
    const from = socket.remoteAddress ?? '';
    if (asksRules && !acceptsTcp(inOrder(listener.rules), { from, port: listener.port })) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port: first.port }, resolve);
  });
  return {
    update(changed) {
      const before = JSON.stringify(listener.tls);
      listener = changed;
      if ('setSecureContext' in server && JSON.stringify(changed.tls) !== before) server.setSecureContext(secureOptions(changed.tls));
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

interface Handlers {
  readonly onStream: (socket: Socket) => void;
  readonly onRequest: RequestListener;
  readonly onUpgrade: (asked: IncomingMessage, near: Duplex, head: Buffer) => void;
  readonly tls: () => BalancedTls;
}

function serverOf(
  { protocol, idleMs }: BalancedListener,
  { onStream, onRequest, onUpgrade, tls }: Handlers,
): Server | HttpServer | HttpsServer {
  if (protocol === 'TCP') return createServer({ allowHalfOpen: true }, onStream);
  const server =
    protocol === 'HTTP'
      ? createHttpServer(onRequest)
      : createHttpsServer({ ...secureOptions(tls()), SNICallback: (name, done) => done(null, contextFor(tls(), name)) }, onRequest);
  server.keepAliveTimeout = idleMs;
  return server.on('upgrade', onUpgrade).on('clientError', (_error, socket) => socket.destroy());
}

function secureOptions({ certificates: [first], minVersion, ciphers }: BalancedTls): object {
  return {
    ...(first ? { cert: first.certificate, key: first.key } : {}),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(ciphers === undefined ? {} : { ciphers }),
  };
}

/** The certificate that is for this name, where the listener has several. */
function contextFor(tls: BalancedTls, name: string): SecureContext | undefined {
  const own = tls.certificates.find(({ certificate }) => new X509Certificate(certificate).checkHost(name) !== undefined);
  return own && createSecureContext(secureOptions({ ...tls, certificates: [own] }));
}
