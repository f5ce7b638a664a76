import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';

/**
 * One HTTP request over Node's own client. Undici would be the obvious choice; it compiles WebAssembly at its first
 * request, which costs every short command more than all that it asks.
 */
export interface Exchange {
  readonly url: URL;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** Until the headers have come. */
  readonly timeoutMs: number;
}

const agent = new Agent({ keepAlive: true });

/** Resolves when the headers have come, whatever the status. The caller reads the body to its end, or destroys it. */
export async function exchange(call: Exchange): Promise<IncomingMessage> {
  const open = call.url.protocol === 'https:' ? await secureRequest() : plainRequest;
  try {
    return await send(open, call);
  } catch (error) {
    // The server closed an idle connection at the moment we reused it; asking again changes nothing.
    if (call.method !== undefined && call.method !== 'GET') throw error;
    if ((error as { reused?: boolean }).reused !== true || call.signal?.aborted) throw error;
    return send(open, call);
  }
}

type Open = (call: Exchange, onResponse: (response: IncomingMessage) => void) => ClientRequest;

const plainRequest: Open = (call, onResponse) => request(call.url, { ...optionsOf(call), agent }, onResponse);

async function secureRequest(): Promise<Open> {
  const https = await import('node:https');
  return (call, onResponse) => https.request(call.url, optionsOf(call), onResponse);
}

function optionsOf({ method = 'GET', headers = {}, signal }: Exchange): {
  method: string;
  headers: Record<string, string>;
  signal?: AbortSignal;
} {
  return { method, headers: { ...headers }, ...(signal ? { signal } : {}) };
}

function send(open: Open, call: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = open(call, (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${call.timeoutMs} ms`)), call.timeoutMs);
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      const reset = (error as NodeJS.ErrnoException).code === 'ECONNRESET';
      reject(reset && outgoing.reusedSocket ? Object.assign(error, { reused: true }) : error);
    });
    outgoing.end(call.body);
  });
}
