import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import { ApiError, ToolError } from '@nomadctl/base/errors';
import { again, hint } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import { reasonOf } from '@nomadctl/base/reason';
import { getFromServer } from './release-server.js';
import type { Report, ToolContext } from '../tools/tool-context.js';
import { isDiskProblem, toolsNotWritable } from './tool-folder.js';

export interface Download {
  readonly url: URL;
  /** Grows as bytes arrive; what an earlier run left there is not fetched again. Its content is not to be trusted until its sum was checked. */
  readonly file: string;
  readonly dispatcher: Dispatcher;
  readonly report: Report;
}

/** A connection may break this many times before we give up; the part that arrived stays for the next run. */
const ATTEMPTS = 4;
const PAUSE_MS = 300;

/**
 * Fetches a large file, going on where it stopped.
 * @throws ApiError `release-unavailable` when the server does not answer or refuses; ToolError `download-truncated` when
 * it never sends the whole file.
 */
export async function downloadFile(ctx: ToolContext, download: Download): Promise<void> {
  let problem = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await ctx.clock.sleep(PAUSE_MS, ctx.signal);
    const outcome = await fetchRest(ctx, download).catch((error: unknown) => {
      // A server that was there a moment ago has broken off; only one that never answered is not there.
      if (attempt === 0 || !(error instanceof ApiError)) throw error;
      return { problem: error.why[0] ?? error.message };
    });
    if (outcome === 'complete') return;
    problem = outcome.problem;
  }
  const have = await sizeOf(download.file);
  throw new ToolError(`the download of ${download.url.href} ended too early`, {
    code: 'download-truncated',
    why: [`${problem} (${ATTEMPTS} times)`, `nothing was installed; the ${megabytes(have)} MB that arrived are kept`],
    next: hint`${again()}   goes on from there`,
  });
}

async function fetchRest(ctx: ToolContext, download: Download): Promise<'complete' | { problem: string }> {
  const have = await sizeOf(download.file);
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
  const response = await getFromServer(ctx, download, { headers, accept: [200, 206, 416] });
  const range = rangeOf(response.headers['content-range']);
  if (response.statusCode === 416) {
    await response.body.dump();
    if (range?.total === have) return 'complete';
    await rm(download.file, { force: true });
    return { problem: 'the server has less than what was kept of an earlier download' };
  }
  const resumed = response.statusCode === 206 && range?.start === have;
  if (response.statusCode === 206 && !resumed) {
    await response.body.dump();
    await rm(download.file, { force: true });
    return { problem: 'the server sent another part than the one asked for' };
  }
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  const total = resumed ? range.total : length;
  return append(ctx, download, { body: response.body, from: resumed ? have : 0, total });
}

interface Incoming {
  readonly body: NodeJS.ReadableStream;
  readonly from: number;
  /** NaN where the server does not say. */
  readonly total: number;
}

async function append(
  ctx: ToolContext,
  { file, report }: Download,
  { body, from, total }: Incoming,
): Promise<'complete' | { problem: string }> {
  await makeFolder(dirname(file)).catch((cause: unknown) => {
    throw toolsNotWritable(dirname(dirname(file)), cause);
  });
  try {
    await pipeline(body, meter(ctx, { from, total, report }), createWriteStream(file, { flags: from > 0 ? 'a' : 'w', mode: 0o600 }), {
      signal: ctx.signal,
    });
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (isDiskProblem(error)) throw toolsNotWritable(dirname(dirname(file)), error);
    return { problem: reasonOf(error) };
  }
  const size = await sizeOf(file);
  return Number.isNaN(total) || size === total ? 'complete' : { problem: `${size} of ${total} bytes arrived` };
}

const REPORT_EVERY_MS = 200;

/** Passes bytes on and says how far it is and how fast. */
function meter(ctx: ToolContext, { from, total, report }: { from: number; total: number; report: Report }): Transform {
  const startedAt = ctx.clock.now();
  let size = from;
  let saidAt = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      const now = ctx.clock.now();
      if (now - saidAt >= REPORT_EVERY_MS || size === total) {
        saidAt = now;
        report(progress(size, total, (size - from) / Math.max(1, now - startedAt)));
      }
      done(null, chunk);
    },
  });
}

const BAR_WIDTH = 20;

/** `[#####---------------] 14.5 of 58.1 MB, 4.2 MB/s` */
function progress(size: number, total: number, bytesPerMs: number): string {
  const rate = `${(bytesPerMs / 1000).toFixed(1)} MB/s`;
  if (Number.isNaN(total)) return `${megabytes(size)} MB, ${rate}`;
  const done = Math.round((BAR_WIDTH * size) / total);
  return `[${'#'.repeat(done)}${'-'.repeat(BAR_WIDTH - done)}] ${megabytes(size)} of ${megabytes(total)} MB, ${rate}`;
}

function rangeOf(header: string | string[] | undefined): { start: number; total: number } | undefined {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(String(header ?? ''));
  return match ? { start: Number(match[1] ?? -1), total: Number(match[2]) } : undefined;
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
