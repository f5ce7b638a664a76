import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request to a gateway by one of its addresses, whose names only browsers know; headers are as given. */
export function askGateway(
  url: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: OutgoingHttpHeaders; body?: string } = {},
): Promise<GatewayAnswer> {
  const { host, port, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path: `${pathname}${search}`, headers: { host, ...headers }, agent: false },
      (reply) => void text(reply).then((said) => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: said }), reject),
    );
    outgoing.on('upgrade', (reply, socket) => {
      socket.destroy();
      resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: '' });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Signs in, as a browser does, and gives the cookie. */
export async function signIn(url: string): Promise<string> {
  const { headers, status, body } = await askGateway(url);
  const cookie = headers['set-cookie']?.[0]?.split(';')[0];
  if (cookie === undefined) throw new Error(`no cookie, but ${status}: ${body}`);
  return cookie;
}
