import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { listenAt, type Listening } from '@nomadctl/base/servers/listening';

export interface FileServerOptions {
  readonly root: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** `GET /consul/… 200`, when an answer has been sent. */
  readonly onRequest?: (line: string) => void;
}

/**
 * Serves the files of a folder over HTTP: GET and HEAD, with ranges, so that a download that broke off can go on. Nothing
 * outside the folder, no lists, nothing hidden or half written.
 * @throws PrerequisiteError `port-taken`
 */
export async function serveFiles(options: FileServerOptions): Promise<Listening> {
  const server = createServer((request, response) => {
    void answer(options.root, request, response)
      .catch(() => response.destroy())
      .finally(() => options.onRequest?.(`${request.method} ${request.url} ${response.statusCode}`));
  });
  const { host, port } = options;
  const next = hint`${nomadctl`mirror serve --listen ${host}:0`}   takes any free port`;
  return listenAt(server, { host, port, what: 'the mirror', next });
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
  const file = fileFor(root, request.url ?? '/');
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (file === undefined || !found?.isFile()) return void response.writeHead(404).end();
  const range = rangeOf(request.headers.range, found.size);
  if (range === 'outside') return void response.writeHead(416, { 'content-range': `bytes */${found.size}` }).end();
  const { start, end } = range ?? { start: 0, end: found.size - 1 };
  response.writeHead(range ? 206 : 200, {
    'content-length': end - start + 1,
    'content-type': file.endsWith('.json') ? 'application/json' : 'application/octet-stream',
    'accept-ranges': 'bytes',
    'last-modified': found.mtime.toUTCString(),
    ...(range ? { 'content-range': `bytes ${start}-${end}/${found.size}` } : {}),
  });
  if (request.method === 'HEAD' || found.size === 0) return void response.end();
  await pipeline(createReadStream(file, { start, end }), response);
}

/** Nothing for a path that leads out of the folder, cannot be decoded, or names what is hidden or being written. */
function fileFor(root: string, url: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(url.split(/[?#]/)[0] ?? '');
  } catch {
    return undefined;
  }
  const parts = normalize(path).split('/');
  const refused = path.includes('\0') || parts.some((part) => part.startsWith('.') || /\.(part|tmp)$/.test(part));
  return refused ? undefined : join(root, ...parts);
}

/** One range of bytes; several are answered with the whole, as RFC 9110 (14.2) allows. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | 'outside' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start >= size || start > end ? 'outside' : { start, end };
}
