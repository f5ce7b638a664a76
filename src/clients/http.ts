import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { systemClock } from '@nomadctl/base/clock';
import { ApiError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import type { RequestHeaders, SecretDocument } from '@nomadctl/base/secret/secret';
import { openBody } from './open-body.js';
import { openHeaders } from './open-headers.js';
import { openTextSocket, type TextSocket } from './text-socket.js';
import { createPauses } from './pauses.js';
import { begin, type Transport } from './transport.js';

/** One HTTP API. Paths begin with a slash; everything else about reaching it is settled once, here. */
export interface Http {
  /** The decoded body. `index` is the value of the API's index header, for the next blocking query; 0 without one. */
  send<T>(call: HttpCall): Promise<HttpReply<T>>;
  /** The body as it is, with what was said about it. */
  whole(call: HttpCall): Promise<WholeReply>;
  /** The body as it comes. Ends when the server ends it or the signal aborts. */
  stream(call: HttpCall): AsyncGenerator<Buffer>;
  /** A WebSocket that carries text. @throws what `openTextSocket` throws */
  socket(call: Pick<HttpCall, 'path' | 'query'> & { readonly signal: AbortSignal }): Promise<TextSocket>;
}

export interface HttpCall {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'LOCK' | 'UNLOCK';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The same with secrets in it, which nothing but the request shows. Instead of `body`. */
  readonly secretBody?: SecretDocument;
  /** Sent as it is. Instead of `body`. */
  readonly bytes?: Uint8Array;
  /** Beside those of the API. */
  readonly headers?: RequestHeaders;
  readonly signal?: AbortSignal | undefined;
  /** Until the headers have come. Default: 30 s. */
  readonly timeoutMs?: number;
  /** That there is no such thing is an answer: `send` gives undefined, with the index from which a blocking query waits for it. */
  readonly mayBeMissing?: boolean;
}

export interface HttpReply<T> {
  readonly value: T;
  readonly index: number;
}

export interface WholeReply {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpOptions extends Transport {
  /** For messages: `Nomad`, `Consul`. */
  readonly name: string;
  readonly url: string;
  readonly headers?: RequestHeaders;
  /** Sent with every call that does not say otherwise. */
  readonly query?: Readonly<Record<string, string>>;
  /** The response header that carries the index, in lower case. */
  readonly indexHeader: string;
}

const TIMEOUT_MS = 30_000;
const MISSING = 404;

/** @throws ApiError `api-unreachable`, `api-untrusted`, `api-not-found`, `api-forbidden`, `api-refused` or `api-nonsense`; the signal's reason when it aborted. */
export function createHttp(options: HttpOptions): Http {
  return {
    async send<T>(call: HttpCall): Promise<HttpReply<T>> {
      const reply = await open(options, call);
      const text = reply.statusCode === MISSING ? '' : await readText(options, call, reply);
      return { value: decode<T>(options, call, text), index: Number(reply.headers[options.indexHeader] ?? 0) || 0 };
    },
    async whole(call) {
      const reply = await open(options, call);
      return { headers: reply.headers, body: await readBytes(options, call, reply) };
    },
    async *stream(call) {
      const reply = await open(options, call, 0);
      try {
        for await (const chunk of reply) yield chunk as Buffer;
      } catch (error) {
        throw await failureOf(options, call, error);
      }
    },
    socket: ({ signal, ...call }) =>
      openTextSocket({ url: addressOf(options, call), headers: options.headers ?? {}, signal, transport: options }),
  };
}

/** One that is told to come later comes later, within the patience for it; a refusal that lasts is the caller's to know. */
async function open(options: HttpOptions, call: HttpCall, idleTimeoutMs?: number): Promise<IncomingMessage> {
  const pauses = createPauses();
  for (;;) {
    const reply = await ask(options, call, idleTimeoutMs);
    const status = reply.statusCode ?? 0;
    if (status >= 200 && status < 300) return reply;
    if (status === MISSING && call.mayBeMissing) {
      reply.resume();
      return reply;
    }
    const pauseMs = pauses.next({ status, isRead: (call.method ?? 'GET') === 'GET', retryAfter: reply.headers['retry-after'] });
    const said = (await readText(options, call, reply)).trim();
    if (pauseMs === undefined) throw refusalOf(options, call, { status, said });
    await systemClock.sleep(pauseMs, call.signal).catch(() => call.signal?.throwIfAborted());
  }
}

async function ask(options: HttpOptions, call: HttpCall, idleTimeoutMs?: number): Promise<IncomingMessage> {
  call.signal?.throwIfAborted();
  const address = addressOf(options, call);
  return new Promise<IncomingMessage>((resolve, reject) => {
    const timeoutMs = call.timeoutMs ?? TIMEOUT_MS;
    const body = bodyOf(call);
    // Said how long it is: Consul takes no notice of a bootstrap's body that comes in chunks, and Node sends none with DELETE else.
    const outgoing = {
      method: call.method ?? 'GET',
      headers: {
        ...openHeaders(options.headers),
        ...(body === undefined ? {} : { 'content-type': typeOf(call), 'content-length': Buffer.byteLength(body) }),
        ...openHeaders(call.headers),
      },
      timeout: timeoutMs,
    };
    const request = begin(address, outgoing, {
      transport: options,
      onReply: (response) => {
        if (idleTimeoutMs !== undefined) request.setTimeout(idleTimeoutMs);
        resolve(response);
      },
    });
    endWith(call.signal, request);
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    request.on('error', reject);
    request.end(body);
  }).catch(async (error: unknown) => {
    throw await failureOf(options, call, error);
  });
}

function typeOf({ bytes }: HttpCall): string {
  return bytes === undefined ? 'application/json' : 'application/octet-stream';
}

function bodyOf({ body, secretBody, bytes }: HttpCall): string | Uint8Array | undefined {
  if (bytes !== undefined) return bytes;
  if (secretBody !== undefined) return openBody(secretBody);
  return body === undefined ? undefined : JSON.stringify(body);
}

function addressOf(options: HttpOptions, { path, query = {} }: HttpCall): URL {
  const address = new URL(`${options.url}${path}`);
  for (const [key, value] of Object.entries({ ...options.query, ...query }))
    if (value !== undefined) address.searchParams.set(key, String(value));
  return address;
}

/** What Node's own option `signal` does, which puts together a chain of streams for it with every request. */
function endWith(signal: AbortSignal | undefined, request: ClientRequest): void {
  if (!signal) return;
  const end = (): void => void request.destroy(signal.reason instanceof Error ? signal.reason : undefined);
  signal.addEventListener('abort', end, { once: true });
  request.once('close', () => signal.removeEventListener('abort', end));
}

async function readText(options: HttpOptions, call: HttpCall, reply: IncomingMessage): Promise<string> {
  return (await readBytes(options, call, reply)).toString('utf8');
}

function readBytes(options: HttpOptions, call: HttpCall, reply: IncomingMessage): Promise<Buffer> {
  return new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    reply.on('data', (chunk: Buffer) => chunks.push(chunk));
    // An aborted request may end as if all had come.
    reply.on('end', () => (call.signal?.aborted ? reject(call.signal.reason as Error) : resolve(Buffer.concat(chunks))));
    reply.on('error', reject);
  }).catch(async (error: unknown) => {
    throw await failureOf(options, call, error);
  });
}

function decode<T>(options: HttpOptions, call: HttpCall, text: string): T {
  if (text === '') return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new ApiError(`${options.name} answered ${call.path} with something that is not JSON`, {
      code: 'api-nonsense',
      why: `it began with ${JSON.stringify(text.slice(0, 80))}; is ${options.url} really ${options.name}?`,
      cause,
    });
  }
}

async function failureOf(options: HttpOptions, call: HttpCall, error: unknown): Promise<unknown> {
  if (call.signal?.aborted) return call.signal.reason;
  const { trustProblem } = await import('./tls/trust-problem.js');
  const untrusted = trustProblem(options, error);
  if (untrusted) return untrusted;
  return new ApiError(`nothing answers at ${options.url} (${options.name})`, {
    code: 'api-unreachable',
    why: reasonOf(error) || String((error as { code?: unknown }).code ?? error),
    next: nomadctl`up`,
    cause: error,
  });
}

function refusalOf(options: HttpOptions, call: HttpCall, { status, said }: { status: number; said: string }): ApiError {
  const code = status === MISSING ? 'api-not-found' : status === 401 || status === 403 ? 'api-forbidden' : 'api-refused';
  return new ApiError(`${options.name} refused ${call.method ?? 'GET'} ${call.path} with ${status}`, {
    code,
    why: said === '' ? [] : said.split('\n').slice(0, 20),
    details: { status, path: call.path, said },
  });
}

/** What is asked for, or nothing where the API says that there is no such thing. */
export async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'api-not-found') return undefined;
    throw error;
  }
}

/** The service's own words for a refusal; nothing for any other error. */
export function wordsOf(error: unknown): string | undefined {
  const said = error instanceof ApiError ? error.details?.['said'] : undefined;
  return typeof said === 'string' ? said : undefined;
}
