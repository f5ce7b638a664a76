import { anySignal } from '@nomadctl/base/signals/any-signal';
import { ApiError } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import type { HttpCall } from './http.js';
import type { NomadApi } from './nomad-api.js';

export interface ExecRequest {
  readonly allocation: string;
  readonly task: string;
  readonly command: readonly string[];
  /** What the command reads, which is then closed. */
  readonly stdin?: Buffer;
  readonly signal: AbortSignal;
  /** For connection, command and answer together. Default: 30 s. */
  readonly timeoutMs?: number;
}

export interface ExecReply {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Frame {
  readonly stdout?: { readonly data?: string };
  readonly stderr?: { readonly data?: string };
  readonly exited?: boolean;
  /** Absent inside means 0: Nomad leaves out what is zero. */
  readonly result?: { readonly exit_code?: number };
}

const TIMEOUT_MS = 30_000;
/** A frame of ours holds less than 64 KiB, in Base64. */
const PIECE_BYTES = 32 * 1024;

/**
 * Runs a command inside a task, without a terminal
 * (https://developer.hashicorp.com/nomad/api-docs/client#exec-allocation).
 * @throws ApiError `exec-failed` when the command could not be run at all; a command that fails is a reply.
 */
export async function execInTask(api: NomadApi, request: ExecRequest): Promise<ExecReply> {
  const { signal, timeoutMs = TIMEOUT_MS, stdin = Buffer.alloc(0) } = request;
  const timeUp = AbortSignal.timeout(timeoutMs);
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  try {
    const socket = await api.http.socket({ ...callOf(request), signal: anySignal(signal, timeUp) });
    for (let at = 0; at < stdin.length; at += PIECE_BYTES)
      socket.send(JSON.stringify({ stdin: { data: stdin.subarray(at, at + PIECE_BYTES).toString('base64') } }));
    socket.send(JSON.stringify({ stdin: { close: true } }));
    for await (const message of socket.messages()) {
      const frame = JSON.parse(message) as Frame;
      for (const stream of ['stdout', 'stderr'] as const) {
        const data = frame[stream]?.data;
        if (data) output[stream].push(Buffer.from(data, 'base64'));
      }
      if (frame.exited) return replyOf(frame.result?.exit_code ?? 0, output);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw failure(request, timeUp.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error));
  }
  throw failure(request, 'the connection ended before the command did');
}

function replyOf(exitCode: number, { stdout, stderr }: { stdout: Buffer[]; stderr: Buffer[] }): ExecReply {
  return { exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

function callOf({ allocation, task, command }: ExecRequest): Pick<HttpCall, 'path' | 'query'> {
  return { path: `/v1/client/allocation/${allocation}/exec`, query: { task, tty: false, command: JSON.stringify(command) } };
}

function failure({ allocation, task, command }: ExecRequest, why: string): ApiError {
  return new ApiError(`${command.join(' ')} could not be run in task ${task} of allocation ${allocation.slice(0, 8)}`, {
    code: 'exec-failed',
    why,
  });
}
