import { createNomadApi } from '../../clients/nomad-api.js';
import { logStream } from '../../clients/nomad-logs.js';
import { ApiError, OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { ClusterConnection } from '../../cluster/connection.js';
import { jobWords } from '../parse/in-namespace.js';
import { removedMeanwhile } from '../removed-meanwhile.js';
import { logSourcesOf, type LogSource } from './log-sources.js';

export interface LogsRequest {
  readonly job: string;
  readonly task?: string | undefined;
  /** The beginning of an allocation's id. */
  readonly allocation?: string | undefined;
  readonly stream: 'stdout' | 'stderr';
  readonly follow: boolean;
  /** Lines from the end; everything without. */
  readonly lines?: number | undefined;
  readonly signal: AbortSignal;
}

export interface LogLine {
  readonly allocation: string;
  readonly group: string;
  readonly task: string;
  readonly line: string;
}

/** What could be read, and what could not. */
export interface LogsRead {
  /** The job that the lines are of: of a periodic or parameterized one its newest run. */
  readonly job: string;
  /** What is out of reach, a sentence each. */
  readonly missing: readonly string[];
}

/** A generous line; what is too much is cut off by count afterwards. */
const BYTES_PER_LINE = 500;

export interface LogsReader {
  readonly onLine: (line: LogLine) => void;
  /** Called before the first line with the job that they are of. */
  readonly onJob?: (job: string) => void;
}

/**
 * Lines of a job's tasks, each stream in order, several side by side as they come. One that cannot be read holds up no other.
 * @throws what `logSourcesOf` throws; OutcomeError `logs-unreachable` when nothing at all could be read, `job-removed`
 */
export async function readLogs(connection: ClusterConnection, request: LogsRequest, { onLine, onJob }: LogsReader): Promise<LogsRead> {
  const { job, sources } = await logSourcesOf(connection, request);
  onJob?.(job);
  const words = jobWords(job, connection.nomad.namespace);
  // What is followed does not end before the others may begin.
  const atOnce = request.follow ? Infinity : REQUESTS_AT_ONCE;
  const answers = await mapBounded(sources, atOnce, (source) => readSource(connection, { source, request, onLine }));
  const problems = answers.filter((problem) => problem !== undefined);
  const missing = [...new Set(problems)];
  if (problems.length < sources.length || missing.length === 0) return { job, missing };
  // Whoever followed it has seen it: somebody removed the job, or Nomad what had ended.
  if (request.follow && !(await createNomadApi(connection.nomad).job(job, request.signal))) throw removedMeanwhile(job);
  throw new OutcomeError(request.follow ? `nothing of job ${job} is left to follow` : `nothing that job ${job} has said can be read`, {
    code: 'logs-unreachable',
    why: missing,
    next: nomadctl`job status ${words}`,
  });
}

interface Reading {
  readonly source: LogSource;
  readonly request: LogsRequest;
  readonly onLine: (line: LogLine) => void;
}

/** Why it could not be read, or nothing. */
async function readSource(connection: ClusterConnection, { source, request, onLine }: Reading): Promise<string | undefined> {
  const { allocation, task } = source;
  const { stream, follow, signal } = request;
  const tailBytes = request.lines === undefined ? undefined : request.lines * BYTES_PER_LINE;
  const chunks = logStream(createNomadApi(connection.nomad), { allocation: allocation.ID, task, stream, follow, tailBytes, signal });
  const say = (line: string): void => onLine({ allocation: allocation.ID, group: allocation.TaskGroup, task, line });
  const all: string[] = [];
  try {
    await streamLines(chunks, follow ? say : (line) => void all.push(line));
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ApiError)) throw error;
    return outOfReach(source, error);
  } finally {
    for (const line of request.lines === undefined ? all : all.slice(-request.lines)) say(line);
  }
  return undefined;
}

/** Output lies with the client that ran the task, and goes with the allocation's folder there. */
function outOfReach({ allocation, task }: LogSource, error: ApiError): string | undefined {
  const said = [error.message, ...error.why].join(' ');
  // It was about to start when it was asked for.
  if (/not started yet/.test(said)) return undefined;
  const whole = `allocation ${allocation.ID.slice(0, 8)} on ${allocation.NodeName}`;
  const what = `task ${task} of ${whole}`;
  if (/no path to node|Unknown node|node is down|node connection|unreachable|connection refused/i.test(said))
    return `${whole}: the client does not answer, and what its tasks have said is there alone`;
  if (error.code === 'api-not-found' || /no such file or directory/.test(said)) return `${whole}: the client has removed its files`;
  return `${what}: ${error.why.join(' ') || error.message}`;
}

async function streamLines(chunks: AsyncIterable<Buffer>, say: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) say(line);
  }
  if (rest !== '') say(rest);
}
