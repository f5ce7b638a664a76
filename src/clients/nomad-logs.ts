import { ApiError } from '@nomadctl/base/errors';
import type { NomadApi } from './nomad-api.js';

export interface LogRequest {
  readonly allocation: string;
  readonly task: string;
  readonly stream: 'stdout' | 'stderr';
  readonly signal: AbortSignal;
}

/** Nomad counts from the end in bytes; a line of log is rarely longer. */
const BYTES_PER_LINE = 400;

/** The last lines of a task's output; none when it never wrote, or when its client cannot be asked any more. */
export async function lastLogLines(api: NomadApi, request: LogRequest, count: number): Promise<string[]> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of logStream(api, { ...request, tailBytes: count * BYTES_PER_LINE, follow: false })) chunks.push(chunk);
  } catch (error) {
    request.signal.throwIfAborted();
    if (error instanceof ApiError) return [];
    throw error;
  }
  const text = Buffer.concat(chunks).toString().trimEnd();
  return text === '' ? [] : text.split('\n').slice(-count);
}

/** A task's output from its last `tailBytes` (all of it without), and with `follow` whatever comes after. */
export function logStream(
  api: NomadApi,
  request: LogRequest & { readonly follow: boolean; readonly tailBytes?: number | undefined },
): AsyncGenerator<Buffer> {
  const { allocation, task, stream, follow, tailBytes, signal } = request;
  const position = tailBytes === undefined ? { origin: 'start', offset: 0 } : { origin: 'end', offset: tailBytes };
  return api.http.stream({
    path: `/v1/client/fs/logs/${allocation}`,
    query: { task, type: stream, plain: true, follow, ...position },
    signal,
  });
}
