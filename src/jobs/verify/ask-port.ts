import { withinTime } from '@nomadctl/base/signals/any-signal';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import type { ClusterConnection, NodeControl } from '../../cluster/connection.js';

/** A port of an allocation, by the address that its node gave it. */
export interface TaskPort {
  readonly node: string;
  readonly host: string;
  readonly port: number;
}

export interface Asker {
  readonly connection: Pick<ClusterConnection, 'nodes'>;
  readonly signal: AbortSignal;
  /** Whom a request is for, where that is not the address itself. */
  readonly host?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

type RunOnNode = NonNullable<NodeControl['run']>;

/** A question that hangs is one that failed. */
const ANSWER_MS = 5000;
/** To log in at a node, by way of another one, and to be answered there. */
const RUN_MS = 30_000;

/**
 * Asks over HTTP, following no redirect. A node that is a host of its own is asked there: its address is for the cluster
 * alone, and a firewall keeps this computer from the ports of its jobs.
 * @throws Error with the reason when there is no answer; the signal's reason
 */
export async function askHttp(at: TaskPort, path: string, { connection: { nodes }, signal, host }: Asker): Promise<HttpAnswer> {
  const url = `http://${at.host}:${at.port}${path}`;
  const headers = host === undefined ? {} : { host };
  if (nodes.run) return askByCurl(url, headers, (argv) => (nodes.run as RunOnNode)(at.node, argv, { signal, timeoutMs: RUN_MS }));
  return askFromHere(url, headers, withinTime(signal, ANSWER_MS));
}

/** Not by `fetch`, which lets nobody say whom a request is for. */
async function askFromHere(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer> {
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { headers, signal, agent: false }, resolve).on('error', reject).end();
  });
  return { status: reply.statusCode ?? 0, body: (await readAll(reply)).trim() };
}

/** Every image of ours has curl. */
async function askByCurl(
  url: string,
  headers: Readonly<Record<string, string>>,
  run: (argv: readonly string[]) => ReturnType<RunOnNode>,
): Promise<HttpAnswer> {
  const seconds = String(ANSWER_MS / 1000);
  const flags = ['--silent', '--show-error', '--globoff', '--noproxy', '*', '--max-time', seconds, '--write-out', '\n%{http_code}'];
  const { exitCode, stdout, stderr } = await run([
    'curl',
    ...flags,
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
    url,
  ]);
  if (exitCode !== 0) throw new Error(stderr.trim() || `curl exited with ${exitCode}`);
  const end = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end).trim() };
}

/** Why a port takes no connection, or nothing. Asked from the same place as `askHttp`. */
export async function connectProblem(at: TaskPort, { connection: { nodes }, signal }: Asker): Promise<string | undefined> {
  if (!nodes.run) return connectProblemFromHere(at, signal);
  const script = 'exec 3<>"/dev/tcp/$1/$2"';
  const argv = ['timeout', String(ANSWER_MS / 1000), 'bash', '-c', script, 'bash', at.host, String(at.port)];
  const { exitCode, stderr } = await nodes.run(at.node, argv, { signal, timeoutMs: RUN_MS });
  if (exitCode === 0) return undefined;
  // Bash says it twice, the second time with the file that is none.
  return (
    stderr
      .trim()
      .split('\n')[0]
      ?.replace(/^bash: /, '') || tooSlow(at)
  );
}

function connectProblemFromHere({ host, port }: TaskPort, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal, timeout: ANSWER_MS });
    const end = (problem?: string): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end(tooSlow({ host, port })));
    socket.once('error', (error) => end(error.message));
  });
}

function tooSlow({ host, port }: Pick<TaskPort, 'host' | 'port'>): string {
  return `${host}:${port} did not answer within ${ANSWER_MS} ms`;
}
