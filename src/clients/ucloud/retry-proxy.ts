import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Clock } from '@nomadctl/base/clock';
import { reasonOf } from '@nomadctl/base/reason';
import { closeServer } from '@nomadctl/base/servers/listening';
import { attempt } from './attempt.js';
import { isThrottled, wasNotCarriedOut, withRepeats, type Failure } from './repeat.js';
import { postForm, type FormReply } from './send-form.js';

/**
 * UCloud for programs that give up at the first call that UCloud throttles: packer's builder and terraform's provider use
 * UCloud's SDK for Go, which repeats no code below 2000. Hands every request on as it came, so that its signature holds, and
 * repeats only what UCloud is known not to have done; whatever else comes back goes to the caller as it came.
 */
export interface RetryProxy {
  /** What a program takes in place of UCloud's address. On this computer alone, and only while this process lives. */
  readonly url: string;
  /** Whether UCloud throttled some call for longer than its caller waits: the caller was told so. */
  readonly hasGivenUp: boolean;
  close(): Promise<void>;
}

export interface RetryProxyOptions {
  /** UCloud's address. */
  readonly baseUrl: string;
  readonly clock: Clock;
  /** Hears of every call that is throttled, before it is sent again. Milliseconds. */
  readonly onThrottled?: (action: string, pauseMs: number) => void;
  readonly random?: () => number;
}

/** UCloud's SDKs wait for 30 s; the last attempt takes some of it. */
const WITHIN_MS = 20_000;
/** Longer than any caller waits: it is the caller who gives up. */
const TIMEOUT_MS = 120_000;

/**
 * Listens on a port that is free. It does not heed an interrupt: a program that was interrupted tidies up through it. It keeps
 * no process alive.
 */
export async function openRetryProxy(options: RetryProxyOptions): Promise<RetryProxy> {
  let hasGivenUp = false;
  const server = createServer((request, response) => {
    void handOn(request, response, options).then((failure) => {
      if (failure && isThrottled(failure)) hasGivenUp = true;
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get hasGivenUp() {
      return hasGivenUp;
    },
    close: () => closeServer(server),
  };
}

/** Returns how it failed in the end; nothing when UCloud answered well, or its caller went away. */
async function handOn(request: IncomingMessage, response: ServerResponse, options: RetryProxyOptions): Promise<Failure | undefined> {
  const gone = new AbortController();
  // A caller that went away asks anew if it wants to: what it no longer waits for is not sent.
  response.on('close', () => gone.abort());
  try {
    const body = await buffer(request);
    const url = addressOf(options.baseUrl, request.url ?? '/');
    const { reply, failure } = await exchange({ url, body, headers: onward(request.headers), signal: gone.signal }, options);
    // One call a connection: an idle one that we end while it is being used again would look like an answer that was lost.
    response.shouldKeepAlive = false;
    if (reply) response.writeHead(reply.status, { ...onward(reply.headers), 'content-length': reply.body.length }).end(reply.body);
    // It never left, which the caller may know; of an answer that was lost it hears what it would hear without us.
    else if (failure?.kind === 'unsent') response.writeHead(502, `Bad Gateway: ${causeOf(failure)}`).end();
    else response.destroy();
    return failure;
  } catch {
    response.destroy();
    return undefined;
  }
}

interface Onward {
  readonly url: URL;
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly signal: AbortSignal;
}

interface Exchanged {
  /** The last answer, whatever it says. */
  readonly reply?: FormReply | undefined;
  readonly failure?: Failure;
}

async function exchange({ url, body, headers, signal }: Onward, options: RetryProxyOptions): Promise<Exchanged> {
  const { baseUrl, clock, onThrottled, random } = options;
  const action = url.searchParams.get('Action') ?? new URLSearchParams(body.toString()).get('Action') ?? 'a call';
  let reply: FormReply | undefined;
  let failure: Failure | undefined;
  const once = async () => {
    [reply, failure] = [undefined, undefined];
    const outcome = await attempt<unknown>({
      action,
      url: baseUrl,
      signal,
      send: async () => (reply = await postForm(url, { body, headers }, { signal, timeoutMs: TIMEOUT_MS })),
    });
    if ('failure' in outcome) failure = outcome.failure;
    return outcome;
  };
  const onPause = (met: Failure, pauseMs: number): void => {
    if (isThrottled(met)) onThrottled?.(action, pauseMs);
  };
  const repeating = { action, clock, signal, withinMs: WITHIN_MS, isSafe: wasNotCarriedOut, onPause, ...(random ? { random } : {}) };
  // The error is the answer's, and the answer goes to who asked.
  await withRepeats(once, repeating).catch(() => signal.throwIfAborted());
  return { reply, ...(failure ? { failure } : {}) };
}

/** UCloud's own path, and the query of the request. */
function addressOf(baseUrl: string, path: string): URL {
  const url = new URL(baseUrl);
  const [, query = ''] = path.split('?', 2);
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.set(name, value);
  return url;
}

/** Of one connection only; and what we read must not be compressed. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'host',
  'content-length',
  'accept-encoding',
];

function onward(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}

function causeOf({ error }: Failure): string {
  return reasonOf((error as Error).cause ?? error).replace(/[^ -~]+/g, ' ');
}
