import { anySignal } from '@nomadctl/base/signals/any-signal';
import { request as plainRequest, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as secureRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';

export interface FormReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly ends: Ends | undefined;
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

/** A form as it goes over the wire. */
export interface EncodedForm {
  readonly body: string | Buffer;
  /** Besides its kind and length. */
  readonly headers: OutgoingHttpHeaders;
}

/** Encodes a form and posts it; otherwise as `postForm`. */
export function sendForm(url: URL, form: Readonly<Record<string, string>>, options: SendOptions): Promise<FormReply> {
  return postForm(url, { body: new URLSearchParams(form).toString(), headers: { 'user-agent': 'nomadctl' } }, options);
}

/**
 * Posts a form and reads the answer. Rejects with what the network said, or with the signal's reason. Through Node's own
 * client: undici takes 60 to 90 ms to load.
 */
export async function postForm(url: URL, form: EncodedForm, { signal, timeoutMs }: SendOptions): Promise<FormReply> {
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const reply = await post(url, form, anySignal(signal, timeout));
    const { localAddress: local, remoteAddress: remote } = reply.socket;
    const ends = local && remote ? { local, remote } : undefined;
    return { status: reply.statusCode ?? 0, headers: reply.headers, body: await buffer(reply), ends };
  } catch (error) {
    signal.throwIfAborted();
    throw timeout.aborted ? new Error(`no answer within ${timeoutMs / 1000} s`) : error;
  }
}

function post(url: URL, { body, headers }: EncodedForm, signal: AbortSignal): Promise<IncomingMessage> {
  const own = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? secureRequest : plainRequest;
    const request = send(url, { method: 'POST', headers: { ...own, ...headers }, signal }, resolve);
    request.on('error', reject);
    request.end(body);
  });
}
