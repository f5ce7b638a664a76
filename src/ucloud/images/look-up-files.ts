import { interceptors, request, type Dispatcher } from 'undici';
import { reasonOf } from '@nomadctl/base/reason';
import { openConnections } from '../../programs/release-server.js';
import type { ToolContext } from '../../tools/tool-context.js';

/** Whether a file is where a build will look for it. */
export interface LookedUp {
  readonly url: string;
  readonly found: boolean;
  /** `HEAD … answered 404`, for people. */
  readonly answer: string;
  /** Of small files that were read. */
  readonly text?: string;
  readonly bytes?: Uint8Array;
}

/** A server of files, for as long as a look-up takes. */
export interface FileLookUp {
  /** Whether it is there. */
  head(url: string): Promise<LookedUp>;
  /** The file, when it is there. */
  read(url: string): Promise<LookedUp>;
}

/** Lists of sums and indexes are a few kilobytes. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Looks files up, and lets go of every connection when `work` has ended. */
export async function lookUpFiles<T>(ctx: ToolContext, work: (files: FileLookUp) => Promise<T>): Promise<T> {
  const dispatcher = openConnections(ctx);
  try {
    return await work({
      head: (url) => head(ctx, dispatcher, url),
      read: (url) => ask(ctx, dispatcher, { url, method: 'GET' }),
    });
  } finally {
    await dispatcher.destroy();
  }
}

/** Some object stores refuse HEAD, which says nothing about the file: one byte of it does. */
async function head(ctx: ToolContext, dispatcher: Dispatcher, url: string): Promise<LookedUp> {
  const answer = await ask(ctx, dispatcher, { url, method: 'HEAD' });
  if (answer.found || !/answered (403|405|501)$/.test(answer.answer)) return answer;
  return ask(ctx, dispatcher, { url, method: 'GET', range: 'bytes=0-0' });
}

interface Question {
  readonly url: string;
  readonly method: 'HEAD' | 'GET';
  readonly range?: string;
}

async function ask(ctx: ToolContext, dispatcher: Dispatcher, { url, method, range }: Question): Promise<LookedUp> {
  ctx.signal.throwIfAborted();
  const following = dispatcher.compose(interceptors.redirect({ maxRedirections: 5 }));
  try {
    const headers = { 'user-agent': 'nomadctl', ...(range ? { range } : {}) };
    const { statusCode, body } = await request(url, { method, dispatcher: following, headers, signal: ctx.signal });
    const found = statusCode === 200 || statusCode === 206;
    const bytes = found && method === 'GET' && !range ? await limited(body) : (await body.dump(), undefined);
    const answer = `${method} ${url} answered ${statusCode}`;
    return { url, found, answer, ...(bytes ? { bytes, text: new TextDecoder().decode(bytes) } : {}) };
  } catch (error) {
    ctx.signal.throwIfAborted();
    return { url, found: false, answer: `${method} ${url}: ${reasonOf(error)}` };
  }
}

async function limited(body: Dispatcher.ResponseData['body']): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
