import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';

const ANSWER_MS = 3000;

/** Whether a web server has something at this address. Never throws, except when the signal aborts. */
export async function isReachable(url: string, signal: AbortSignal): Promise<boolean> {
  const found = await new Promise<boolean>((resolve) => {
    const send = url.startsWith('https:') ? secureRequest : plainRequest;
    const request = send(url, { method: 'HEAD', timeout: ANSWER_MS, signal }, (reply) => {
      reply.resume();
      resolve((reply.statusCode ?? 0) < 400);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
    request.on('close', () => resolve(false));
    request.end();
  });
  signal.throwIfAborted();
  return found;
}
