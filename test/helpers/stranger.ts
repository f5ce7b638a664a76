import { request } from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

export interface StrangersRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object | undefined;
  /** In PEM. */
  readonly identity?: { readonly cert: string; readonly key: string };
  readonly timeoutMs?: number;
}

/** What an agent tells somebody who trusts whoever it says it is. Rejects where nobody answers. */
export function askAsStranger(
  url: string,
  { method = 'GET', headers = {}, body, identity, timeoutMs = 5000 }: StrangersRequest = {},
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, ...identity, rejectUnauthorized: false, agent: false, timeout: timeoutMs };
    const asked = request(url, options, (reply) => {
      text(reply).then((said) => resolve({ status: reply.statusCode ?? 0, body: said }), reject);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Whether anything takes connections there, in time. */
export function isOpen(host: string, port: number, timeoutMs = 2000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const end = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
