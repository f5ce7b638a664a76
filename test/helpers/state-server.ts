import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server as terraform's HTTP backend asks for one: GET, POST, DELETE, LOCK, UNLOCK, and a name with a password. */
export interface StateServer {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /** What was posted, by path. */
  readonly kept: Map<string, string>;
  readonly locks: Map<string, string>;
  end(): Promise<void>;
}

/** @param locks `none` for a server that knows no LOCK */
export async function startStateServer({ locks: mode = 'whole' }: { readonly locks?: 'whole' | 'none' } = {}): Promise<StateServer> {
  const [kept, locks] = [new Map<string, string>(), new Map<string, string>()];
  const pair = `Basic ${Buffer.from('ann:not-hers-1').toString('base64')}`;
  const answer = (request: IncomingMessage, body: string): readonly [number, string] => {
    const url = new URL(request.url ?? '/', 'http://x');
    const path = url.pathname;
    const lock = locks.get(path);
    if (request.headers.authorization !== pair) return [401, 'who are you'];
    if (request.method === 'GET') return kept.has(path) ? [200, kept.get(path) ?? ''] : [404, ''];
    if (request.method === 'DELETE') return [kept.delete(path) ? 200 : 404, ''];
    if (request.method === 'LOCK' && mode === 'whole') {
      if (lock !== undefined) return [423, lock];
      locks.set(path, body);
      return [200, ''];
    }
    if (request.method === 'UNLOCK' && mode === 'whole') {
      if (lock !== undefined && idIn(lock) !== idIn(body)) return [409, lock];
      locks.delete(path);
      return [200, ''];
    }
    if (request.method !== 'POST') return [405, 'no such method'];
    // Terraform says by which lock it writes.
    if (lock !== undefined && url.searchParams.get('ID') !== idIn(lock)) return [423, lock];
    kept.set(path, body);
    return [200, ''];
  };
  const server = createServer((request, reply) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const [status, text] = answer(request, body);
      reply.writeHead(status, { 'content-type': 'application/json' }).end(text);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, kept, locks },
    env: { TF_HTTP_USERNAME: 'ann', TF_HTTP_PASSWORD: 'not-hers-1' },
    async end() {
      server.closeAllConnections();
      if (server.listening) await new Promise((closed) => server.close(closed));
    },
  };
}

function idIn(lock: string): string {
  return (JSON.parse(lock) as { ID: string }).ID;
}
