import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { reasonOf } from '@nomadctl/base/reason';
import type { AgentEndpoint } from '../clients/agent-endpoint.js';
import type { AgentProgram } from '../cluster/node-roles.js';
import { createHostNames, originAt } from './host-names.js';
import { listenHere } from './listen-here.js';
import type { Overview } from './overview.js';
import { answerOwn, type Exchange } from './own-pages.js';
import { admit, pathOf, type Refusal } from './refuse-request.js';
import { relayRequest, relayUpgrade } from './relay-request.js';
import { sendBack } from './send-back.js';
import { createSignIn } from './sign-in.js';
import { createUpstream, type Upstream } from './upstream.js';

export interface GatewayOptions {
  readonly cluster: string;
  /** 0: any free one. */
  readonly port: number;
  /** The servers of a program as the cluster is now, the best one first. Asked for again when none of those before answers. */
  readonly servers: (program: AgentProgram) => Promise<readonly AgentEndpoint[]>;
  readonly overview: () => Promise<Overview>;
  /** The folder with style and scripts of our pages. */
  readonly files: string;
  /** A line for each request, without what may be secret: queries are left out. */
  readonly onRequest?: (line: string) => void;
}

export interface Gateway {
  /** The first address. It works once. */
  readonly url: string;
  /** Addresses for whoever has signed in. */
  readonly nomad: string;
  readonly consul: string;
  close(): Promise<void>;
}

/**
 * Serves the web interfaces of a cluster's Nomad and Consul, and an overview of ours, to the one browser on this computer that opens the
 * first address. Servers are spoken to as `cluster/reach.ts` says; the browser never gets their tokens.
 * @throws the system's error where it cannot listen, such as `EADDRINUSE`
 */
export async function serveGateway({ cluster, port, servers, onRequest = () => undefined, ...pages }: GatewayOptions): Promise<Gateway> {
  const names = createHostNames(cluster);
  const signIn = createSignIn(names.domain);
  const own = { ...pages, names, signIn };
  const upstreams: Readonly<Record<AgentProgram, Upstream>> = {
    nomad: createUpstream('nomad', () => servers('nomad')),
    consul: createUpstream('consul', () => servers('consul')),
  };

  const answer = async ({ request, response }: Exchange): Promise<void> => {
    const site = admit(request, { names, signIn });
    response.once('close', () => onRequest(`${String(response.statusCode)} ${describe(request)}`));
    if (typeof site === 'object') return refuse(response, site);
    if (await answerOwn(site, { request, response }, own)) return;
    if (site !== 'overview') await relayRequest(request, response, { program: site, upstream: upstreams[site] });
  };

  const sockets = new Set<Duplex>();
  const connect = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const site = admit(request, { names, signIn });
    onRequest(`WebSocket ${describe(request)}`);
    sockets.add(socket.once('close', () => sockets.delete(socket)).on('error', () => undefined));
    if (typeof site === 'object' || site === 'overview') {
      const status = typeof site === 'object' ? site.status : 404;
      return void socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    }
    void relayUpgrade(request, { socket, head }, { program: site, upstream: upstreams[site] });
  };

  const listening = await listenHere(port, (server: Server) => {
    // What a page waits for may take Nomad ten minutes.
    server.requestTimeout = 0;
    server.on('request', (request, response) => void answer({ request, response }).catch((error: unknown) => fail(response, error)));
    server.on('upgrade', connect);
  });
  const at = (site: 'overview' | AgentProgram): string => originAt(names.hostOf(site, listening.port));
  return {
    url: `${at('overview')}${signIn.path}`,
    nomad: `${at('nomad')}/ui/`,
    consul: `${at('consul')}/`,
    async close() {
      for (const upstream of Object.values(upstreams)) upstream.close();
      for (const socket of sockets) socket.destroy();
      await listening.close();
    },
  };
}

function refuse(response: ServerResponse, { status, words }: Refusal): void {
  // What somebody who was refused still sends is not read.
  sendBack(response, { type: 'text', status, text: `${words}\n`, headers: { connection: 'close' } });
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else sendBack(response, { type: 'text', status: 500, text: `${reasonOf(error)}\n` });
}

function describe(request: IncomingMessage): string {
  return `${request.method ?? ''} ${request.headers.host ?? ''}${pathOf(request)}`;
}
