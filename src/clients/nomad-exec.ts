import { WebSocket } from 'undici';
import { ApiError } from '../errors.js';
import { reasonOf } from '../lib/reason.js';
import type { NomadApi } from './nomad-api.js';

export interface ExecRequest {
  readonly allocation: string;
  readonly task: string;
  readonly command: readonly string[];
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

/**
 * Runs a command inside a task, without a terminal and with its input closed
 * (https://developer.hashicorp.com/nomad/api-docs/client#exec-allocation).
 * @throws ApiError `exec-failed` when the command could not be run at all; a command that fails is a reply.
 */
export function execInTask(api: NomadApi, request: ExecRequest): Promise<ExecReply> {
  const { signal, timeoutMs = TIMEOUT_MS } = request;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(addressOf(api, request), { headers: { ...api.http.headers } });
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.close();
      finish();
    };
    const fail = (why: string): void => settle(() => reject(failure(request, why)));
    const onAbort = (): void => settle(() => reject(signal.reason));
    const timer = setTimeout(() => fail(`no answer within ${timeoutMs} ms`), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.addEventListener('open', () => socket.send(JSON.stringify({ stdin: { close: true } })));
    socket.addEventListener('error', (event) => fail(reasonOf(event.error ?? event.message)));
    socket.addEventListener('close', (event) => fail(event.reason || `the connection was closed (${event.code})`));
    socket.addEventListener('message', (event) => {
      const frame = JSON.parse(String(event.data)) as Frame;
      for (const stream of ['stdout', 'stderr'] as const) {
        const data = frame[stream]?.data;
        if (data) output[stream].push(Buffer.from(data, 'base64'));
      }
      if (!frame.exited) return;
      const exitCode = frame.result?.exit_code ?? 0;
      settle(() => resolve({ exitCode, stdout: Buffer.concat(output.stdout).toString(), stderr: Buffer.concat(output.stderr).toString() }));
    });
  });
}

function addressOf(api: NomadApi, { allocation, task, command }: ExecRequest): URL {
  const address = new URL(`${api.http.url.replace(/^http/, 'ws')}/v1/client/allocation/${allocation}/exec`);
  address.searchParams.set('task', task);
  address.searchParams.set('tty', 'false');
  address.searchParams.set('command', JSON.stringify(command));
  return address;
}

function failure({ allocation, task, command }: ExecRequest, why: string): ApiError {
  return new ApiError(`${command.join(' ')} could not be run in task ${task} of allocation ${allocation.slice(0, 8)}`, {
    code: 'exec-failed',
    why,
  });
}
