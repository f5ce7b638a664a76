import { get } from 'node:http';
import { withinTime } from '@nomadctl/base/signals/any-signal';

const ANSWER_MS = 1000;
const MOST_BYTES = 4096;

/** What somebody answers to a plain request of HTTP, within a second; nothing where nobody does, or with another status than 200. */
export function shortAnswer(
  at: { readonly host: string; readonly port: number; readonly path: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get({ ...at, signal: withinTime(signal, ANSWER_MS), agent: false }, (reply) => {
      let body = '';
      reply.setEncoding('utf8');
      reply.on('error', () => resolve(undefined));
      reply.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > MOST_BYTES) request.destroy();
      });
      reply.on('end', () => resolve(reply.statusCode === 200 ? body : undefined));
      reply.on('close', () => resolve(undefined));
    });
    request.on('error', () => resolve(undefined));
  });
}
