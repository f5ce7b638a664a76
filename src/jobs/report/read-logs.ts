import { createNomadApi } from '../../clients/nomad-api.js';
import { logStream } from '../../clients/nomad-logs.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { ClusterConnection } from '../../cluster/connection.js';
import { existingJob } from './read-job.js';

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

/** A generous line; what is too much is cut off by count afterwards. */
const BYTES_PER_LINE = 500;

/** Lines of a job's tasks, each stream in order, several side by side as they come. */
export async function readLogs(connection: ClusterConnection, request: LogsRequest, onLine: (line: LogLine) => void): Promise<void> {
  const api = createNomadApi(connection.nomad);
  const sources = await sourcesOf(connection, request);
  // What is followed does not end before the others may begin.
  const atOnce = request.follow ? Infinity : REQUESTS_AT_ONCE;
  await mapBounded(sources, atOnce, async ({ allocation, task }) => {
    const tailBytes = request.lines === undefined ? undefined : request.lines * BYTES_PER_LINE;
    const chunks = logStream(api, {
      allocation: allocation.ID,
      task,
      stream: request.stream,
      follow: request.follow,
      tailBytes,
      signal: request.signal,
    });
    const say = (line: string): void => onLine({ allocation: allocation.ID, group: allocation.TaskGroup, task, line });
    if (request.follow) return streamLines(chunks, say);
    const all: string[] = [];
    await streamLines(chunks, (line) => void all.push(line));
    for (const line of request.lines === undefined ? all : all.slice(-request.lines)) say(line);
  });
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

async function sourcesOf(
  connection: ClusterConnection,
  { job, task, allocation, signal }: LogsRequest,
): Promise<{ allocation: Allocation; task: string }[]> {
  const api = createNomadApi(connection.nomad);
  await existingJob(api, job, { namespace: connection.nomad.namespace, signal });
  const { value } = await api.allocations(job, { index: 0, signal });
  const started = value.filter(({ TaskStates }) => TaskStates !== null);
  const chosen = allocation === undefined ? newestOf(started) : started.filter(({ ID }) => ID.startsWith(allocation));
  const sources = chosen.flatMap((one) => Object.keys(one.TaskStates ?? {}).map((name) => ({ allocation: one, task: name })));
  const wanted = sources.filter((source) => task === undefined || source.task === task);
  if (wanted.length > 0) return wanted;
  throw nothingToRead({ job, task, allocation, tasks: [...new Set(sources.map((source) => source.task))] });
}

/** What runs; without anything running, the last of each group, which tells why. */
function newestOf(allocations: readonly Allocation[]): Allocation[] {
  const running = allocations.filter(({ ClientStatus }) => ClientStatus === 'running');
  if (running.length > 0) return running;
  const byGroup = new Map<string, Allocation>();
  for (const one of [...allocations].sort((a, b) => a.CreateIndex - b.CreateIndex)) byGroup.set(one.TaskGroup, one);
  return [...byGroup.values()];
}

function nothingToRead({
  job,
  task,
  allocation,
  tasks,
}: {
  job: string;
  task: string | undefined;
  allocation: string | undefined;
  tasks: readonly string[];
}): UsageError {
  if (task !== undefined && tasks.length > 0) {
    return new UsageError(`job ${job} has no task "${task}"${didYouMean(task, tasks)}`, {
      code: 'task-unknown',
      why: `its tasks: ${tasks.join(', ')}`,
      next: again({ task: undefined }),
    });
  }
  const which = allocation === undefined ? 'has no allocation that has started' : `has no allocation ${allocation} that has started`;
  return new UsageError(`job ${job} ${which}`, { code: 'allocation-unknown', next: nomadctl`job status ${job}` });
}
