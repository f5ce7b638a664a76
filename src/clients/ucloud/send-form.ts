import { anySignal } from '@nomadctl/base/signals/any-signal';
import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import { text as textOf } from 'node:stream/consumers';

export interface FormReply {
  readonly status: number;
  readonly text: string;
  readonly ends: Ends | undefined;
  /** The header of that name. */
  readonly retryAfter: string | undefined;
}

/** IP addresses of a connection: ours is what the service sees, unless something on the way translates it. */
export interface Ends {
  readonly local: string;
  readonly remote: string;
}

export interface SendOptions {
  readonly signal: AbortSignal;
  /** Until the whole answer is there. */
  readonly timeoutMs: number;
}

/**
 * Posts a form and reads the answer. Rejects with what the network said, or with the signal's reason. Through Node's own
 * client: undici takes 60 to 90 ms to load.
 */
export async function sendForm(url: URL, form: Readonly<Record<string, string>>, { signal, timeoutMs }: SendOptions): Promise<FormReply> {
  signal.throwIfAborted();
  const body = new URLSearchParams(form).toString();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const reply = await post(url, body, anySignal(signal, timeout));
    const { localAddress: local, remoteAddress: remote } = reply.socket;
    const ends = local && remote ? { local, remote } : undefined;
    return { status: reply.statusCode ?? 0, text: await textOf(reply), ends, retryAfter: reply.headers['retry-after'] };
  } catch (error) {
    signal.throwIfAborted();
    throw timeout.aborted ? new Error(`no answer within ${timeoutMs / 1000} s`) : error;
  }
}

function post(url: URL, body: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? secureRequest : plainRequest)(
      url,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'nomadctl',
        },
        signal,
      },
      resolve,
    );
    request.on('error', reject);
    request.end(body);
  });
}
