import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import { demultiplex } from './demultiplex.js';

/** A container engine, over its HTTP API: https://docs.docker.com/reference/api/engine/ */
export interface DockerEngine {
  /** `unix:///var/run/docker.sock`, or `tcp://127.0.0.1:2375`. */
  readonly address: string;
  /** The answer's JSON, or undefined when it has no body. @throws EngineError */
  call<T = unknown>(call: EngineCall): Promise<T>;
  /** The answer as it comes: events, the progress of a pull. The caller reads or destroys it. @throws EngineError */
  stream(call: EngineCall): Promise<IncomingMessage>;
  /** Runs a program in a running container. @throws EngineError; a program that fails is no error. */
  exec(container: string, command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Lets go of its connections. */
  close(): void;
}

export interface EngineCall {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Below the API's root, with its variable parts encoded already. */
  readonly path: string;
  /** Objects are sent as JSON, as the API's `filters` are. */
  readonly query?: Readonly<Record<string, string | number | boolean | object | undefined>>;
  readonly body?: unknown;
  /** Sent instead of `body`: an archive, or an image. */
  readonly tar?: Buffer | NodeJS.ReadableStream;
  readonly signal?: AbortSignal | undefined;
}

export interface ExecOptions {
  readonly signal?: AbortSignal | undefined;
  readonly user?: string;
}

export interface ExecResult {
  readonly exitCode: number;
  /** The first 64 KiB of both streams. */
  readonly output: string;
}

/** The engine said no. `status` is 0 when it could not be reached. */
export class EngineError extends Error {
  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const DEFAULT_ENGINE = 'unix:///var/run/docker.sock';

/** @param address as in `DOCKER_HOST`. */
export function connectEngine(address = DEFAULT_ENGINE): DockerEngine {
  const target = targetOf(address);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const open = async (call: EngineCall): Promise<IncomingMessage> => {
    const response = await send({ ...target, agent }, call);
    const status = response.statusCode ?? 0;
    if (status < 400) return response;
    throw new EngineError(status, messageOf(await text(response), status));
  };
  const call = async <T>(asked: EngineCall): Promise<T> => {
    const body = await text(await open(asked));
    return (body === '' ? undefined : JSON.parse(body)) as T;
  };
  return {
    address,
    call,
    stream: open,
    async exec(container, command, { signal, user } = {}) {
      const { Id } = await call<{ Id: string }>({
        method: 'POST',
        path: `/containers/${container}/exec`,
        body: { AttachStdout: true, AttachStderr: true, Cmd: command, ...(user === undefined ? {} : { User: user }) },
        signal,
      });
      const output = await demultiplex(await open({ method: 'POST', path: `/exec/${Id}/start`, body: {}, signal }));
      const { ExitCode } = await call<{ ExitCode: number | null }>({ path: `/exec/${Id}/json`, signal });
      return { exitCode: ExitCode ?? -1, output };
    },
    close: () => agent.destroy(),
  };
}

function targetOf(address: string): RequestOptions {
  if (address.startsWith('unix://')) return { socketPath: address.slice('unix://'.length) };
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'tcp:' && url.port !== '') return { host: url.hostname, port: url.port };
  throw new EngineError(0, `${address} is no unix:// or tcp:// address`);
}

function send(target: RequestOptions, { method = 'GET', path, query = {}, body, tar, signal }: EngineCall): Promise<IncomingMessage> {
  const json = body === undefined ? undefined : JSON.stringify(body);
  const headers: Record<string, string | number> = { host: 'docker' };
  if (json !== undefined) Object.assign(headers, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) });
  if (tar) headers['content-type'] = 'application/x-tar';
  if (Buffer.isBuffer(tar)) headers['content-length'] = tar.length;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ ...target, method, path: path + queryOf(query), headers, ...(signal ? { signal } : {}) }, resolve);
    request.on('error', (cause) => reject(cause.name === 'AbortError' ? cause : new EngineError(0, cause.message, { cause })));
    if (tar && !Buffer.isBuffer(tar)) tar.on('error', (error) => request.destroy(error)).pipe(request);
    else request.end(tar ?? json);
  });
}

function queryOf(query: NonNullable<EngineCall['query']>): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(typeof value === 'object' ? JSON.stringify(value) : String(value))}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function messageOf(body: string, status: number): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    if (typeof message === 'string' && message !== '') return message;
  } catch {
    // A proxy in between answers something else.
  }
  return body.trim().slice(0, 500) || `HTTP ${status}`;
}
